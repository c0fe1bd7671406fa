"""The checklist over REST: `POST /api/v1/phone-sites/` makes a whole site, GET tells its steps.

Below a phone, `/api/v1/phones/SEP.../-/test-call/` starts, watches and ends a test call.
"""

from typing import Any, ClassVar

from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from ccmadmin.models import (
    DirectoryNumber,
    EndUser,
    LineAppearance,
    Phone,
    PhoneModel,
    ProbeCall,
    row_fields,
)
from ccmadmin.pages import registry
from ccmadmin.pages.api.base import actor_of, comment_of
from ccmadmin.pages.api.described import DescribedView, Shape
from ccmadmin.pages.api.errors import NotFound, Problem
from ccmadmin.pages.api.fields import AnyField, Flag, field_of
from ccmadmin.pages.api.permissions import require
from ccmadmin.pages.api.serializers import StrictSerializer, field_named, fields_of, secret_of
from ccmadmin.pages.keys import not_found
from ccmadmin.services import phone_sites, phones, probe_calls, settings_card
from ccmadmin.services.checklist import Checklist

SITES = "device/checklist"
PHONE = "device/phone"
WRITTEN = (PHONE, "usermgmt/end_user", "callrouting/directory_number")
LINE_FIELDS = [
    name for name in row_fields(LineAppearance) if name not in ("index", "directory_number")
]


# -- what is sent --------------------------------------------------------------------------------


def strict(name: str, about: str, fields: dict[str, Any]) -> type[StrictSerializer]:
    return type(name, (StrictSerializer,), {**fields, "__doc__": about})


SiteUserSerializer = strict(
    "SiteUserSerializer",
    "The Digest User: a new end user, or one that exists and gets what is named.",
    {
        **fields_of(EndUser),
        "digest_credentials": secret_of(EndUser, "digest_credentials")["digest_credentials"],
    },
)
SitePhoneSerializer = strict(
    "SitePhoneSerializer",
    "The phone; what is left out is as on the page of a new phone, the name is made up.",
    {name: field for name, field in fields_of(Phone).items() if name != "digest_user"},
)
_LINE: dict[str, AnyField] = {
    **{name: field_of(field_named(DirectoryNumber, name)) for name in phone_sites.NUMBER_FIELDS},
    **{name: field_of(field_named(LineAppearance, name)) for name in LINE_FIELDS},
    "is_shared": Flag(
        default=False, help_text="The number is on other phones already, and all shall ring."
    ),
}
SiteLineSerializer = strict(
    "SiteLineSerializer", "A line: its number, and how the phone shows it.", _LINE
)


class PhoneSiteSerializer(StrictSerializer):
    """A third-party phone with its user and lines; written in one transaction."""

    end_user = SiteUserSerializer(help_text="Who the phone registers as.")
    phone = SitePhoneSerializer(help_text="The phone.")
    lines = SiteLineSerializer(many=True, help_text="Its lines, the first one first.")
    generate_credentials = Flag(
        default=False, help_text="Make up digest credentials, told in this answer only."
    )


# -- what is answered ----------------------------------------------------------------------------


class StepSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField(help_text="Its place in Table C-2.")
    title = serializers.CharField(help_text="What is to be done.")
    is_done = serializers.BooleanField(help_text="Whether it is.")
    why = serializers.CharField(help_text="What is there, or what is missing.")


class SettingSerializer(serializers.Serializer[Any]):
    label = serializers.CharField(help_text="What phones call the setting.")  # type: ignore[assignment]  # hides Field.label
    value = serializers.CharField(help_text="What to enter.")
    note = serializers.CharField(help_text="What must be said about it.")


class BlockSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(help_text="Server, or the line.")
    settings = SettingSerializer(many=True, help_text="What belongs together on a phone.")


class SiteStateSerializer(serializers.Serializer[Any]):
    """How far a phone's site is, and what to enter in the phone itself."""

    phone = serializers.CharField(help_text="The device name.")
    end_user = serializers.CharField(help_text="The Digest User; empty: none yet.")
    steps = StepSerializer(many=True, help_text="The ten steps of Table C-2.")
    settings_card = BlockSerializer(many=True, help_text="What to enter in the phone.")
    digest_credentials = serializers.CharField(
        required=False, help_text="Only in the answer to the request that made them up."
    )


class StartSerializer(serializers.Serializer[Any]):
    phone_model = serializers.CharField(help_text="The phone type.")
    preselected = serializers.DictField(help_text="What is filled in for a phone of the type.")


class StartsSerializer(serializers.Serializer[Any]):
    """What a new site starts with, for each type of third-party phone."""

    results = StartSerializer(many=True)


class TestCallSerializer(serializers.Serializer[Any]):
    """A call of the server itself to a line, as it is now."""

    __test__ = False  # not one of pytest's

    phone = serializers.CharField(help_text="The device name.")
    number = serializers.CharField(help_text="The line that is called.")
    state = serializers.ChoiceField(ProbeCall.State.choices, help_text="How far the call is.")
    requested_at = serializers.DateTimeField(help_text="When it was started.")
    ringing_at = serializers.DateTimeField(allow_null=True, help_text="When the phone rang.")
    answered_at = serializers.DateTimeField(allow_null=True, help_text="When it was answered.")
    ended_at = serializers.DateTimeField(allow_null=True, help_text="When it was over.")
    outcome = serializers.CharField(help_text="accepted or refused; empty while it goes on.")
    rule = serializers.CharField(help_text="The rule that decided.")
    summary = serializers.CharField(help_text="What became of it, in a sentence.")
    expected = serializers.CharField(help_text="What would have been right.")
    received = serializers.CharField(help_text="What came instead.")
    advice = serializers.CharField(help_text="What to do.")


class LineChoiceSerializer(StrictSerializer):
    line = serializers.IntegerField(
        required=False, min_value=1, max_value=34, help_text="Left out: the first line."
    )


# -- the views -----------------------------------------------------------------------------------


class PhoneSitesView(DescribedView):
    about = "phone_sites"
    summaries: ClassVar[dict[str, str]] = {
        "GET": "Read what a new phone starts with",
        "POST": "Add a phone with its user, lines and everything between them",
    }
    reads = PhoneSiteSerializer
    answers: ClassVar[dict[str, Shape]] = {"GET": StartsSerializer, "POST": SiteStateSerializer}

    def get(self, request: Request) -> Response:
        models = PhoneModel.objects.filter(is_third_party=True)
        return Response({"results": [start_of(model) for model in models]})

    def post(self, request: Request) -> Response:
        for key in WRITTEN:
            require(request, registry.pages()[key], "update")
        reader = PhoneSiteSerializer(data=request.data, partial=True)
        reader.is_valid(raise_exception=True)
        values: Any = reader.validated_data
        made = phone_sites.add(
            end_user=values.get("end_user", {}),
            phone=values.get("phone", {}),
            lines=values.get("lines", []),
            generate=values.get("generate_credentials", False),
            actor=actor_of(request),
            comment=comment_of(request),
        )
        document = state_of(made.phone, made.credentials)
        return Response(document, status=status.HTTP_201_CREATED)


class PhoneSiteView(DescribedView):
    about = "phone_site"
    summaries: ClassVar[dict[str, str]] = {"GET": "Read the ten steps and the settings card"}
    answers: ClassVar[dict[str, Shape]] = {"GET": SiteStateSerializer}

    def get(self, request: Request, key: str) -> Response:
        return Response(state_of(find_phone(key)))


class TestCallView(DescribedView):
    """Needs update on the phone's page to call, read to watch."""

    __test__ = False

    about = "test_call"
    summaries: ClassVar[dict[str, str]] = {
        "GET": "Read the newest test call",
        "POST": "Start a test call",
        "DELETE": "End the test call",
    }
    verbs: ClassVar[dict[str, str]] = {"GET": "read", "POST": "create", "DELETE": "end"}
    reads = LineChoiceSerializer
    answers: ClassVar[dict[str, Shape]] = {"GET": TestCallSerializer, "POST": TestCallSerializer}

    def get(self, request: Request, key: str) -> Response:
        call = probe_calls.newest(find_phone(key).name)
        if call is None:
            raise NotFound(Problem("", "not-found", "There was no test call to this phone yet."))
        return Response(TestCallSerializer(call).data)

    def post(self, request: Request, key: str) -> Response:
        reader = LineChoiceSerializer(data=request.data or {})
        reader.is_valid(raise_exception=True)
        values: Any = reader.validated_data
        index = values.get("line", 0)
        call = probe_calls.place(phone=find_phone(key), index=index, actor=actor_of(request))
        return Response(TestCallSerializer(call).data, status=status.HTTP_201_CREATED)

    def delete(self, request: Request, key: str) -> Response:
        if not probe_calls.end(find_phone(key).name):
            text = "No test call to this phone is under way."
            raise NotFound(Problem("", "not-found", text))
        return Response(status=status.HTTP_204_NO_CONTENT)


def find_phone(key: str) -> Phone:
    """Return the phone; 404 names those that look like it."""
    found = Phone.lookup(key).select_related("phone_model").first()
    if found is None:
        raise NotFound(Problem("", "not-found", not_found(Phone.objects.all(), key)))
    return found


def start_of(phone_model: PhoneModel) -> dict[str, Any]:
    fitting = phones.preselected(phone_model)
    keys = {name: getattr(value, "key", value) for name, value in fitting.items()}
    return {"phone_model": phone_model.name, "preselected": keys}


def state_of(phone: Phone, credentials: str = "") -> dict[str, Any]:
    user = phone.digest_user
    document: dict[str, Any] = {
        "phone": phone.name,
        "end_user": user.userid if user is not None else "",
        "steps": StepSerializer(Checklist(phone).steps, many=True).data,
        "settings_card": BlockSerializer(settings_card.blocks(phone, credentials), many=True).data,
    }
    return document | ({"digest_credentials": credentials} if credentials else {})
