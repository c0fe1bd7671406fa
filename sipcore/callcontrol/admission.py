"""Whether an INVITE becomes a call: the steps of CallManager, up to who will ring.

An INVITE with Replaces lets nobody ring: it takes the place of another phone (RFC 3891).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sipcore.authentication import Authenticator, Challenged, Passed, Refused
from sipcore.bindings import Bindings
from sipcore.callcontrol import reasons
from sipcore.callcontrol.addressing import number_of
from sipcore.callcontrol.caller import find_caller
from sipcore.callcontrol.lines import LinesInUse, Party
from sipcore.callcontrol.options import accepts_sdp, unknown
from sipcore.callcontrol.reasons import Attempt, line_of
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.replaces import read_replaces
from sipcore.callcontrol.routing import Route, find, ring, search_list
from sipcore.callcontrol.session import Terms, interval_of
from sipcore.callcontrol.takeovers import Place, find_place
from sipcore.callcontrol.wire import DialogKey, Listener
from sipcore.message import Request
from sipcore.ports import Binding, Configuration, Decision, Flow
from sipcore.transaction import RequestArrived


@dataclass(frozen=True, slots=True)
class Admitted:
    """`binding` is the registration that the caller is known by.

    The call goes to the phones of a `Route`, or to the `Place` of another phone in a call.
    """

    caller: Party
    binding: Binding
    goal: Route | Place
    attempt: Attempt
    ring_s: float
    terms: Terms


@dataclass(frozen=True, slots=True)
class Admission:
    configuration: Configuration
    bindings: Bindings
    authenticator: Authenticator
    lines: LinesInUse
    dialogs: Mapping[DialogKey, Listener]

    def judge(
        self, event: RequestArrived, log: CallLog, now: float
    ) -> Admitted | Decision | Challenged | Refused:
        """Check a new INVITE; `log` learns what becomes known.

        Raises `ParseError` and `UnavailableError`.
        """
        request = event.request
        log.caller_number = number_of(request.from_.uri, "From")
        log.dialed = number_of(request.uri, "Request-URI")
        if _is_own(request, event.flow):
            return reasons.came_back(log.dialed)
        found = find_caller(request, event.flow, self.configuration, self.bindings)
        if isinstance(found, Decision):
            return found
        log.caller, binding = found
        refusal = self._check(event, log.caller, now)
        if refusal is not None:
            return refusal
        attempt = Attempt(line_of(log.caller), log.dialed, search_list(log.caller))
        calls = self.lines.calls_of(log.caller.key)
        if calls >= log.caller.line.max_calls:
            return reasons.caller_busy(log.caller, attempt, calls)
        goal = self._goal(request, log, log.caller, attempt)
        if isinstance(goal, Decision):
            return goal
        return Admitted(log.caller, binding, goal, attempt, self._ring_s(request), self.terms)

    def _check(
        self, event: RequestArrived, caller: Party, now: float
    ) -> Decision | Challenged | Refused | None:
        profile = caller.phone.security_profile
        if event.flow.transport not in profile.transports:
            return reasons.transport(caller, event.flow)
        if profile.is_digest_enabled:
            verdict = self.authenticator.check(event.request, caller.phone, event.flow, now)
            if not isinstance(verdict, Passed):
                return verdict
        required = unknown(event.request)
        # "If a UAS does not understand an option-tag listed in a Require header field, it MUST
        # respond by generating a response with status code 420" (8.2.2.3)
        if required:
            return reasons.required(required)
        if not accepts_sdp(event.request):
            return reasons.not_acceptable(", ".join(event.request.headers.values("Accept")))
        # "the UAS MAY reject the INVITE request with a 422 [...] if the session interval in the
        # Session-Expires header field is smaller than the minimum interval defined by the UAS'
        # local policy" (RFC 4028 section 9)
        if self.terms.is_too_small(event.request):
            return reasons.session_too_short(interval_of(event.request), self.terms.minimum_s)
        return None

    def _goal(
        self, request: Request, log: CallLog, caller: Party, attempt: Attempt
    ) -> Route | Place | Decision:
        replaces = read_replaces(request)
        if replaces is not None:
            place = find_place(replaces, attempt, caller, self.dialogs, self.configuration)
            if isinstance(place, Place):
                log.called = place.stays.party.line.number
            return place
        destination = find(attempt, self.configuration)
        if isinstance(destination, Decision):
            return destination
        log.called = destination.number
        if len(destination.appearances) == 1:
            log.called_phone = destination.appearances[0].phone.name
        return ring(attempt, caller, destination, self.bindings, self.lines)

    @property
    def terms(self) -> Terms:
        settings = self.configuration.settings
        return Terms(settings.session_expires_s, settings.min_se_s)

    def _ring_s(self, request: Request) -> float:
        """Return how long it may ring: the caller may want less (Expires, 13.2.1)."""
        timeout_s = float(self.configuration.settings.alerting_timeout_s)
        return min(timeout_s, request.expires) if request.expires else timeout_s


def _is_own(request: Request, flow: Flow) -> bool:
    """Say whether we sent this request ourselves: our Via is still in it (16.3 step 4)."""
    vias = request.vias if request.has_several_vias else (request.via,)
    return any((via.host, via.port or 5060) == flow.local for via in vias)
