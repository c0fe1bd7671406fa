"""What the API answers of records."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ccmadmin.models import Binding, CallRecord, Phone, RegistrationAttempt
from ccmadmin.pages import registry
from ccmadmin.pages.api.documents import document_of, documents_of, etag_of
from ccmadmin.pages.api.serializers import serializer_of
from tests.ccmadmin.models.test_runtime import binding
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.site import add_number, add_phone, add_user

NOW = timezone.now()


def attempt(**values: object) -> RegistrationAttempt:
    return RegistrationAttempt.objects.create(
        **{
            "node": "node-1",
            "outcome": "refused",
            "rule": "digest-password",
            "status": 403,
            "summary": "The password is wrong.",
            "expected": "The digest credentials of anna.",
            "received": "Others.",
            "advice": "Enter them in the phone again.",
            "at": NOW,
            "last_at": NOW,
            "phone": "SEP000000000001",
            "number": "1001",
            **values,
        }
    )


def test_a_refused_phone_tells_the_rule_and_the_advice(script: Caller) -> None:
    add_phone("SEP000000000001", [add_number("1001")], digest_user=add_user("anna"))
    attempt()
    found = script.get("phones/SEP000000000001/").json()["registration"]
    assert found["state"] == "Rejected"
    assert found["refusal"]["rule"] == "digest-password"
    assert found["refusal"]["advice"] == "Enter them in the phone again."


def test_a_registered_phone_tells_its_contact(script: Caller) -> None:
    add_phone("SEP000000000001", [add_number("1001")])
    Binding.objects.create(
        node="node-1",
        phone="SEP000000000001",
        number="1001",
        contact="sip:1001@192.0.2.7:5060",
        transport="UDP",
        local_host="192.0.2.1",
        local_port=5060,
        remote_host="192.0.2.7",
        remote_port=5060,
        call_id="a",
        cseq=1,
        registered_at=NOW,
        refreshed_at=NOW,
        expires_at=timezone.now() + timedelta(minutes=2),
    )
    found = script.get("phones/SEP000000000001/").json()["registration"]
    assert (found["state"], found["transport"]) == ("Registered", "UDP")
    assert found["contacts"] == ["sip:1001@192.0.2.7:5060"]
    assert found["refusal"] is None


def test_the_state_of_a_phone_is_no_part_of_its_tag(installed: None) -> None:
    phone = add_phone("SEP000000000001", [add_number("1001")])
    before = etag_of(phone)
    attempt()
    assert etag_of(phone) == before


def test_a_call_tells_how_long_it_was(script: Caller) -> None:
    call = CallRecord.objects.create(
        node="node-1",
        status=200,
        call_id="a",
        started_at=NOW,
        answered_at=NOW,
        ended_at=NOW + timedelta(seconds=42),
        cause=16,
    )
    assert script.get(f"call-records/{call.pk}/").json()["duration_s"] == 42
    assert script.get("call-records/").json()["results"][0]["id"] == call.pk


@pytest.mark.parametrize(
    "page",
    [page for page in registry.pages().values() if page.api and page.model is not None],
    ids=lambda page: page.api,
)
def test_an_answer_has_the_fields_of_the_schema_and_no_others(
    installed: None, page: registry.Page
) -> None:
    found = page.record_model._default_manager.first()
    if found is None:
        return
    described = {
        name for name, field in serializer_of(page)().fields.items() if not field.write_only
    }
    assert set(document_of(found)) == described


def test_no_records_ask_nothing(installed: None) -> None:
    assert documents_of([]) == []
    assert documents_of(list(Phone.objects.all())) == []


def test_a_phone_tells_what_it_registers_and_where_it_is_not_in_step(script: Caller) -> None:
    add_phone("SEP000000001002", [add_number("1012")])
    binding(phone="SEP000000001002", number="1002", user_agent="Desk phone 7").save()
    told = script.get("phones/SEP000000001002/").json()["registration"]
    (contact,) = told["registered"]
    assert (contact["line"], contact["number"]) == (0, "1002")
    assert contact["user_agent"] == "Desk phone 7"
    (drift,) = told["drifts"]
    assert (drift["rule"], drift["advice"]) == ("number", "On the phone enter 1012.")
