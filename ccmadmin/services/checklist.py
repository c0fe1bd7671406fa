"""Table C-2 for one phone: the ten steps to a first call, their state read from the data."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from ccmadmin.models import (
    CallingSearchSpaceMember,
    CallRecord,
    EndUser,
    LineAppearance,
    Phone,
    ProbeCall,
)
from ccmadmin.services import licensing, probe_calls, registration
from ccmadmin.services.registration import RegistrationState


@dataclass(frozen=True)
class Step:
    """One step; `why` says what is there or what is missing, `record` is where to change it."""

    number: int
    title: str
    is_done: bool
    why: str
    record: Any = None


def titles() -> list[str]:
    """Name the ten steps in their order, as the guide's table has them."""
    return [
        _("Gather the facts"),
        _("End user who will be the Digest User"),
        _("SIP Profile"),
        _("SIP Phone Security Profile"),
        _("Phone"),
        _("Lines"),
        _("Device association"),
        _("Digest User of the phone"),
        _("Set up the phone itself"),
        _("Make a call"),
    ]


def explained() -> list[tuple[str, str]]:
    """Return each step with what it is about, for who has not begun yet."""
    about = [
        _("Place, user, partition, calling search space and numbers; any unique MAC address."),
        _("The phone sends this user's ID as its authorization ID. Set Digest Credentials."),
        _("The standard one will do."),
        _("It decides about the transport, and whether the password is verified."),
        _("Basic: one line, three license units. Advanced: up to eight lines, six units, video."),
        _("A directory number for each account that the phone registers."),
        _("The user controls the phone."),
        _("One phone per user: if two name the same one, neither registers."),
        _("The settings card says what to enter there. Then this page waits for its REGISTER."),
        _("The server calls the phone, and tells what it heard."),
    ]
    return list(zip(titles(), about, strict=True))


class Checklist:
    """The state of one phone's site; asks the database for each thing once."""

    def __init__(self, phone: Phone) -> None:
        self.phone = phone

    @cached_property
    def steps(self) -> list[Step]:
        facts = (
            self._gathered,
            self._user,
            self._sip_profile,
            self._security_profile,
            self._phone,
            self._lines,
            self._association,
            self._digest_user,
            self._registered,
            self._called,
        )
        return [
            Step(number, title, *fact())
            for number, (title, fact) in enumerate(zip(titles(), facts, strict=True), 1)
        ]

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def next(self) -> int:
        """Return the number of the first step that is not done, 0 when all are."""
        return next((step.number for step in self.steps if not step.is_done), 0)

    # -- what the steps look at -------------------------------------------------------------------

    @cached_property
    def lines(self) -> list[LineAppearance]:
        found = self.phone.lines.select_related("directory_number__route_partition")
        return list(found.order_by("index"))

    @cached_property
    def controllers(self) -> list[EndUser]:
        """The users who control the phone, at most a few of them."""
        found = EndUser.objects.filter(controlled_devices__phone=self.phone)
        return list(found.order_by("userid")[:5])

    @property
    def user(self) -> EndUser | None:
        """The Digest User or, while there is none, the one user who controls the phone."""
        if self.phone.digest_user is not None:
            return self.phone.digest_user
        return self.controllers[0] if len(self.controllers) == 1 else None

    @cached_property
    def state(self) -> RegistrationState:
        return registration.states([self.phone.name])[self.phone.name]

    @cached_property
    def test_call(self) -> ProbeCall | None:
        return probe_calls.newest(self.phone.name)

    @property
    def is_verified(self) -> bool:
        return self.phone.phone_security_profile.enable_digest_authentication

    # -- the steps --------------------------------------------------------------------------------

    def _gathered(self) -> tuple[bool, str, Any]:
        space = self.phone.calling_search_space
        text = _("MAC %(mac)s, Device Pool %(pool)s, Location %(location)s, %(space)s")
        names = {
            "mac": self.phone.name.removeprefix("SEP"),
            "pool": self.phone.device_pool,
            "location": self.phone.location,
            "space": space if space is not None else _("no Calling Search Space"),
        }
        return True, text % names, self.phone

    def _user(self) -> tuple[bool, str, Any]:
        if self.user is None:
            return (
                False,
                _("Add an end user for this phone: its ID is the authorization ID."),
                None,
            )
        if self.user.digest_credentials:
            text = _("%(user)s, digest credentials set")
        elif self.is_verified:
            text = _("%(user)s has no digest credentials, and the security profile verifies them")
        else:
            text = _("%(user)s, without digest credentials: none are verified")
        is_done = bool(self.user.digest_credentials) or not self.is_verified
        return is_done, text % {"user": self.user.userid}, self.user

    def _sip_profile(self) -> tuple[bool, str, Any]:
        return True, str(self.phone.sip_profile), self.phone.sip_profile

    def _security_profile(self) -> tuple[bool, str, Any]:
        profile = self.phone.phone_security_profile
        text = _("%(profile)s: %(transport)s, the password is not verified")
        if self.is_verified:
            text = _("%(profile)s: %(transport)s, the password is verified")
        return True, text % {"profile": profile, "transport": profile.transport_type}, profile

    def _phone(self) -> tuple[bool, str, Any]:
        report, model = licensing.report(), self.phone.phone_model
        text = _("%(model)s, %(units)s of %(granted)s license units")
        names = {"model": model, "units": model.license_units, "granted": report.authorized}
        if self.phone.is_active:
            return True, text % names, self.phone
        return False, _("Device is Active is off: the phone cannot register."), self.phone

    def _lines(self) -> tuple[bool, str, Any]:
        if not self.lines:
            return False, _("Add a directory number."), self.phone
        text = ", ".join(str(line.directory_number) for line in self.lines)
        problem = next(self._line_problems(), "")
        return not problem, f"{text}. {problem}" if problem else text, self.phone

    def _line_problems(self) -> Iterator[str]:
        numbers = [line.directory_number for line in self.lines]
        for number in numbers:
            if not number.can_register:
                yield _("%(number)s has more than digits.") % {"number": number.number}
        partitions = {each.route_partition for each in numbers if each.route_partition}
        members = CallingSearchSpaceMember.objects.filter(partition__in=partitions)
        reachable = set(members.values_list("partition", flat=True))
        for partition in sorted(partitions, key=str):
            if partition.pk not in reachable:
                text = _("Nobody can dial it: no Calling Search Space has partition %(name)s.")
                yield text % {"name": partition}

    def _association(self) -> tuple[bool, str, Any]:
        names = {"phone": self.phone.name}
        if self.user is None or self.user not in self.controllers:
            user = self.user.userid if self.user is not None else _("The user")
            text = _("%(user)s does not control %(phone)s yet")
            return False, text % {**names, "user": user}, self.user
        text = _("%(user)s controls %(phone)s")
        return True, text % {**names, "user": self.user.userid}, self.user

    def _digest_user(self) -> tuple[bool, str, Any]:
        user = self.phone.digest_user
        if user is None:
            return False, _("Choose the user as Digest User on the phone's page."), self.phone
        others = user.digest_phones.exclude(pk=self.phone.pk)
        shared = list(others.order_by("name").values_list("name", flat=True)[:5])
        if shared:
            text = _("%(user)s is the Digest User of %(phones)s as well: neither can register.")
            names = {"user": user.userid, "phones": ", ".join(shared)}
            return False, text % names, self.phone
        return True, user.userid, self.phone

    def _registered(self) -> tuple[bool, str, Any]:
        state = self.state
        if state.kind == "good" and not state.drifts:
            text = _("Registered from %(address)s over %(transport)s")
            names = {"address": state.address, "transport": state.transport}
            return True, text % names, self.phone
        if state.drifts:
            return False, f"{state.drifts[0].text} {state.drifts[0].advice}", self.phone
        if state.is_refused:
            return False, state.summary, self.phone
        return (
            False,
            _("Enter what the settings card says; this step waits for the REGISTER."),
            None,
        )

    def _called(self) -> tuple[bool, str, Any]:
        call = self.test_call
        if call is not None and call.answered_at is not None:
            text = _("The test call to %(number)s was answered")
            return True, text % {"number": call.number}, None
        mine = Q(caller_phone=self.phone.name) | Q(called_phone=self.phone.name)
        answered = CallRecord.objects.filter(mine, answered_at__isnull=False).first()
        if answered is not None:
            names = {"caller": answered.caller_number, "called": answered.dialed}
            return True, _("%(caller)s called %(called)s, and was answered") % names, None
        return False, _("The server calls the phone, and tells what it heard."), None
