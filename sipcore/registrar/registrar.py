"""REGISTER of third-party phones: RFC 3261 section 10.3 with CallManager's identification.

The username of the credentials names the phone; the user part of To must be a directory number on
one of its lines; whatever time is asked, the KeepAlive Interval is granted. Decides only: who
calls `register` makes the change and sends the response when it is durable.
"""

import math
import re
from sys import intern

from sipcore.authentication import Authenticator, Challenged, Passed, Refused, shown
from sipcore.bindings import Bindings, Key
from sipcore.errors import ParseError
from sipcore.message import OtherUri, Request, Response, make_response, parse_uri
from sipcore.ports import (
    Binding,
    Configuration,
    Decision,
    Flow,
    LineRecord,
    PhoneRecord,
    RegistrationAttempt,
    Settings,
    Tokens,
    UnavailableError,
)
from sipcore.registrar import reasons
from sipcore.registrar.attempts import LONGEST_TEXT, attempt, bound
from sipcore.registrar.contacts import (
    OutOfOrderError,
    Update,
    Wanted,
    clear,
    read_contacts,
    update,
)
from sipcore.transaction import stateless_tag
from sipcore.values import dataclass

MAX_CONTACTS = 10
"""Of one line on one phone: each rings with every call."""
MAX_PATH = 5
RETRY_AFTER_S = 10
RETRY_LATER = (("Retry-After", str(RETRY_AFTER_S)),)
_NUMBER = re.compile(r"[0-9*#]+")


@dataclass(frozen=True, slots=True)
class RegisterOutcome:
    """`attempts` are several when several phones are concerned: each page shows its own.

    `is_of_stranger`: judging the request again costs nothing and counts nothing, so nobody need
    remember its answer. `renewable` is the phone, when its next refresh may say just the same.
    """

    response: Response
    attempts: tuple[RegistrationAttempt, ...]
    saved: tuple[Binding, ...] = ()
    removed: tuple[Key, ...] = ()
    is_of_stranger: bool = False
    renewable: PhoneRecord | None = None


@dataclass(frozen=True, slots=True)
class _Case:
    """One REGISTER of an identified phone, and what it is judged by."""

    request: Request
    flow: Flow
    now: float
    phone: PhoneRecord
    settings: Settings
    call_id: str


class _RefusedError(Exception):
    def __init__(self, decision: Decision) -> None:
        super().__init__(decision.rule)
        self.decision = decision


class Registrar:
    def __init__(
        self,
        configuration: Configuration,
        bindings: Bindings,
        authenticator: Authenticator,
        tokens: Tokens,
    ) -> None:
        self._configuration = configuration
        self._bindings = bindings
        self._authenticator = authenticator
        self._tokens = tokens

    def register(self, request: Request, flow: Flow, now: float) -> RegisterOutcome:
        """Decide on one REGISTER; nothing is changed yet."""
        try:
            check_aor(request)
            settings = self._configuration.settings
            verdict = self._authenticator.check(request, None, flow, now)
        except ParseError as error:
            return self._refuse(request, flow, now, reasons.malformed(error))
        except UnavailableError as error:
            return self._refuse(request, flow, now, reasons.unavailable(str(error)))
        if not isinstance(verdict, Passed):
            return self._unidentified(request, flow, now, verdict)
        call_id = shown(request.call_id, LONGEST_TEXT)
        case = _Case(request, flow, now, verdict.phone, settings, call_id)
        try:
            return self._bind(case)
        except _RefusedError as refused:
            outcome = self._refuse(request, flow, now, refused.decision, verdict.phone)
            if refused.decision.status == 423:
                minimum_s = settings.keepalive_interval_s
                outcome.response.headers.add("Min-Expires", str(minimum_s))
            return outcome

    def _unidentified(
        self, request: Request, flow: Flow, now: float, verdict: Challenged | Refused
    ) -> RegisterOutcome:
        # a wrong password is counted, and must be once
        is_counted = verdict.decision.rule == "digest-password"
        to_tag = self._tokens.hex(8) if is_counted else stateless_tag(request)
        response = verdict.answer(request, to_tag)
        attempts = tuple(
            attempt(request, flow, now, verdict.decision, phone, verdict.userid)
            for phone in verdict.phones or ("",)
        )
        return RegisterOutcome(response, attempts, is_of_stranger=not is_counted)

    def _refuse(
        self,
        request: Request,
        flow: Flow,
        now: float,
        decision: Decision,
        phone: PhoneRecord | None = None,
    ) -> RegisterOutcome:
        to_tag = self._tokens.hex(8) if phone else stateless_tag(request)
        response = make_response(request, decision.status, to_tag=to_tag)
        if decision.status == 503:
            response.headers.add("Retry-After", str(RETRY_AFTER_S))
        name, userid = (phone.name, phone.digest_user) if phone else ("", "")
        record = attempt(request, flow, now, decision, name, userid)
        return RegisterOutcome(response, (record,), is_of_stranger=phone is None)

    def _bind(self, case: _Case) -> RegisterOutcome:
        line = find_line(case.request, case.phone)
        number = line.number.number
        current = self._bindings.of_line(case.phone.name, number)
        try:
            wanted = read_contacts(case.request)
            changed = _update(case, line, current, wanted)
        except ParseError as error:
            is_contact = error.header == "Contact"
            reason = reasons.contact_malformed if is_contact else reasons.malformed
            raise _RefusedError(reason(error)) from error
        except OutOfOrderError as error:
            decision = reasons.out_of_order(error.binding, case.request.cseq.number)
            raise _RefusedError(decision) from error
        decision = _granted(case, number, changed, is_query=wanted == [])
        phone = case.phone
        if changed.saved:
            record = bound(changed.saved, case.now, decision, phone.digest_user)
        else:
            record = attempt(
                case.request, case.flow, case.now, decision, phone.name, phone.digest_user
            )
        is_alone = len(changed.saved) == len(changed.after) == 1
        return RegisterOutcome(
            self._ok(case, changed),
            (record,),
            changed.saved,
            changed.removed,
            renewable=phone if is_alone else None,
        )

    def _ok(self, case: _Case, changed: Update) -> Response:
        """List what the phone has on this line now; never what others have on a shared one."""
        settings = case.settings
        lasting_s = case.now + settings.keepalive_grace_s
        fields = [
            ("Contact", listed(each, whole_seconds(each.expires_at - lasting_s)))
            for each in changed.after
        ]
        if changed.saved:
            fields.append(("Expires", str(settings.keepalive_interval_s)))
        # "the registrar copies the Path header field values into a Path header field in the
        # successful (200) REGISTER response" (RFC 3327 section 5.3)
        fields += [("Path", value) for value in case.request.headers.get_all("Path")]
        return make_response(case.request, 200, to_tag=self._tokens.hex(8), fields=fields)


def check_aor(request: Request) -> None:
    """Raise for an address-of-record that cannot be one of ours."""
    # "The address-of-record MUST be a SIP URI or SIPS URI" (10.2)
    if isinstance(parse_uri(request.to.uri, "To"), OtherUri):
        raise ParseError(f"To: {shown(request.to.uri)} is not a SIP URI", header="To")


def find_line(request: Request, phone: PhoneRecord) -> LineRecord:
    """Return the line that is registered: the number in To and From, on this phone."""
    to_uri, from_uri = request.to.uri, request.from_.uri
    to_user = _user(to_uri)
    from_user = to_user if from_uri == to_uri else _user(from_uri)
    if not _NUMBER.fullmatch(to_user):
        raise _RefusedError(reasons.line_not_numeric(phone, to_user))
    if to_user != from_user:
        raise _RefusedError(reasons.line_mismatch(phone, to_user, from_user))
    for line in phone.lines:
        if line.number.number == to_user:
            return line
    # "If the address-of-record is not valid for the domain in the Request-URI, the registrar MUST
    # send a 404" (10.3 step 5): for us, if it is not valid for the phone
    raise _RefusedError(reasons.line_not_on_phone(phone, to_user))


def _user(text: str) -> str:
    uri = parse_uri(text)
    return "" if isinstance(uri, OtherUri) else uri.user


def _update(
    case: _Case, line: LineRecord, current: tuple[Binding, ...], wanted: list[Wanted] | None
) -> Update:
    if wanted is None:
        return clear(current, case.call_id, case.request.cseq.number)
    number, minimum_s = line.number.number, case.settings.keepalive_interval_s
    for one in wanted:
        if one.expires_s is not None and one.is_too_brief(minimum_s):
            decision = reasons.interval_too_brief(case.phone, number, one.expires_s, minimum_s)
            raise _RefusedError(decision)
    if not wanted:
        return Update(after=current)
    path = _path(case.request)
    changed = update(current, [(one, _binding(case, line, one, path)) for one in wanted])
    if changed.saved and len(changed.after) > MAX_CONTACTS:
        count = len(changed.after)
        raise _RefusedError(reasons.too_many_contacts(case.phone, number, count, MAX_CONTACTS))
    return changed


def _binding(case: _Case, line: LineRecord, wanted: Wanted, path: tuple[str, ...]) -> Binding:
    settings = case.settings
    return Binding(
        case.phone.name,
        line.number.number,
        line.number.partition,
        wanted.contact,
        case.flow,
        case.call_id,
        case.request.cseq.number,
        case.now,
        case.now + settings.keepalive_interval_s + settings.keepalive_grace_s,
        intern(shown(case.request.headers.get("User-Agent"))),  # of 10,000 phones the same
        wanted.expires_s,
        path,
        wanted.q,
    )


def whole_seconds(left_s: float) -> int:
    """Round up what is left; sums of large floats may be a little more than what was granted."""
    return max(0, math.ceil(round(left_s, 3)))


def listed(binding: Binding, expires_s: int) -> str:
    """Print a Contact of the answer; q unless it is what a contact without one has."""
    preference = "" if binding.q == 1.0 else f";q={binding.q:g}"
    return f"<{binding.contact}>{preference};expires={expires_s}"


def _path(request: Request) -> tuple[str, ...]:
    """Read the proxies that calls to the phone must pass (RFC 3327)."""
    values = tuple(request.headers.values("Path"))
    if not values:
        return values
    if len(values) > MAX_PATH or any(
        len(value) > LONGEST_TEXT or not value.isascii() for value in values
    ):
        raise ParseError("Path: too long, or not a list of URIs", header="Path")
    return values


def _granted(case: _Case, number: str, changed: Update, *, is_query: bool) -> Decision:
    if is_query:
        return reasons.listed(case.phone, number)
    if not changed.saved:
        return reasons.removed(case.phone, number)
    asked_s = changed.saved[0].requested_expires_s
    granted_s = case.settings.keepalive_interval_s
    return reasons.accepted(
        case.phone.name,
        case.phone.digest_user,
        number,
        asked_s,
        granted_s,
        is_refresh=changed.is_refresh,
    )
