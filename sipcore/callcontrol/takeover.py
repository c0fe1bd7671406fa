"""A phone takes the place of another one in a call: an INVITE with Replaces, RFC 3891.

    newcomer   sends the INVITE, and gets its 200 when
    stays      has answered a re-INVITE with the newcomer's offer, or has made one itself
    replaced   is then hung up; a phone that only rang is cancelled at once (call pickup)

A caller whose call is picked up is answered by us, with every stream inactive: its own offer
cannot be an answer to the newcomer's, so the two negotiate by re-INVITE. When that fails, or the
newcomer gives up, the phones that rang ring again: "If the UA cannot accept the new INVITE [...]
the UA MUST leave the matched dialog unchanged" (section 3).
"""

from dataclasses import dataclass, field

from sipcore.callcontrol import outcomes
from sipcore.callcontrol.alerting import Alerting, Unanswered
from sipcore.callcontrol.bodies import NO_BODY, Body, Exchange, MediaNotAllowedError, body_of
from sipcore.callcontrol.call import Call
from sipcore.callcontrol.call import S as CallState
from sipcore.callcontrol.causes import (
    NORMAL_CLEARING,
    NOT_ACCEPTABLE,
    OUT_OF_ORDER,
    cause_of,
    passed_on,
    reason,
)
from sipcore.callcontrol.incoming import Incoming
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.reasons import Attempt
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.reinvite import Reinvite
from sipcore.callcontrol.replaces import already_over, answered_already
from sipcore.callcontrol.ringing import confirming
from sipcore.callcontrol.transfer import Transfer
from sipcore.callcontrol.wire import Waiting, Wire
from sipcore.message import Request, Response
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived

PAUSE_S = 0.5
PAUSES = 16
"""How often, and at what distance, it is tried whether the call lets itself be changed."""


@dataclass(slots=True, eq=False)
class Takeover:
    """`stays` is the leg that the newcomer will talk to. Implements `call.Pending`."""

    wire: Wire
    call: Call
    newcomer: Leg
    replaced: Leg
    stays: Leg
    event: RequestArrived
    attempt: Attempt
    log: CallLog
    ring_s: float
    early_only: bool = False
    _incoming: Incoming = field(init=False)
    _exchange: Exchange = field(init=False)
    _own: Reinvite | None = field(default=None, init=False)
    _is_alone: bool = field(default=False, init=False)
    _stopped: Alerting | None = field(default=None, init=False)
    _is_parted: bool = field(default=False, init=False)
    _is_over: bool = field(default=False, init=False)
    _pauses: int = field(default=0, init=False)
    _shown: str = field(default="", init=False)
    _timer: tuple[int, str] = field(init=False)

    def start(self, now: float) -> None:
        self._timer = self.wire.number(), "takeover"
        self._shown = self.stays.local_number
        self._exchange = Exchange(self._allows_video)
        self.call.transfer = self
        self.newcomer.open(self.call)
        self._incoming = Incoming(self.newcomer, self.event)
        self._incoming.start(Waiting(self._cancelled, self._lost), now)
        self._try(now)

    @property
    def _allows_video(self) -> bool:
        return all(leg.party.phone.allows_video for leg in (self.newcomer, self.stays))

    # -- until the call can be changed ------------------------------------------------------------

    def _try(self, now: float) -> None:
        """Go on as the call is by now: it may have been answered, and its phones may negotiate."""
        call = self.call
        if call.state is CallState.RINGING and call.ringing is not None:
            self._stopped = call.ringing.pick_up(self._picked_up, now)
            if self._stopped is not None:
                self._is_alone = True
                return
        elif not self._is_alone and self.replaced not in (call.caller, call.called):
            self._refuse(already_over(self.attempt), now)  # another phone has answered
            return
        elif not self._is_alone and self.early_only:
            self._refuse(answered_already(self.attempt), now)
            return
        elif self._is_quiet:
            self._ask(now)
            return
        self._pause(now)

    @property
    def _is_quiet(self) -> bool:
        return self.stays.answer is None and (self.call.talk is None or self.call.talk.is_quiet)

    def _pause(self, now: float) -> None:
        self._pauses += 1
        if self._pauses > PAUSES:
            self._fail(480, now)
        else:
            self.wire.start(self._timer, now + PAUSE_S, self._try)

    def _picked_up(self, ack: Request, now: float) -> None:
        """The caller has confirmed that we answered for the newcomer."""
        if not self._is_over:
            self._try(now)

    # -- the media --------------------------------------------------------------------------------

    def _ask(self, now: float) -> None:
        try:
            body = self._exchange.request(body_of(self.event.request))
        except MediaNotAllowedError:
            self._fail(NOT_ACCEPTABLE, now)
            return
        self._hold(True)
        self.stays.local_number = self.newcomer.party.number
        name = self.newcomer.party.name
        self._own = Reinvite(
            self.wire, self.stays, body, name, self._negotiated, self.call.restore
        )
        self._own.start(now)

    def _hold(self, is_held: bool) -> None:
        if self.call.talk is not None:
            self.call.talk.is_held = is_held

    def _negotiated(self, response: Response, is_received: bool, now: float) -> None:
        self._own = None
        if response.status in (408, 481) or (response.status >= 300 and not is_received):
            self._stopped = None  # nobody is left to ring for
            self._fail(response.status, now)
            self.call.dead(self.stays, response.status, now)
            return
        if response.status >= 300:
            self._fail(response.status, now)
            return
        body = self._allowed(body_of(response))
        if not body.data:
            self.stays.send_ack(response.cseq.number, NO_BODY)
            self._fail(NOT_ACCEPTABLE, now)
            return
        self._succeed(now)
        answer = self._incoming.response(response, self.stays.party.name, body)
        self._incoming.accept(answer)
        self.newcomer.accept(self.event.key, answer, confirming(self.stays, self._exchange), now)
        if self._exchange.is_offered:
            # else its ACK waits for that of the newcomer, which holds the answer
            self.stays.send_ack(response.cseq.number, NO_BODY)

    def _allowed(self, body: Body) -> Body:
        try:
            return self._exchange.response(body)
        except MediaNotAllowedError:
            return NO_BODY

    # -- how it ends ------------------------------------------------------------------------------

    def _succeed(self, now: float) -> None:
        self._finish(now)
        self.newcomer.local_number = self.stays.party.number
        self.log.answered_at, self.log.called_phone = now, self.stays.party.phone.name
        self._part(now)
        self.call.caller = self.newcomer
        self.call.connect(self.stays, allows_video=self._allows_video, ring_s=self.ring_s, now=now)
        self.replaced.hang_up(now)

    def _part(self, now: float) -> None:
        """Let the call be the newcomer's from now on."""
        if not self._is_parted:
            self._is_parted = self._is_alone = True
            decision = outcomes.taken_over(self.call.attempt, self.newcomer.party)
            self.call.part(self.stays, decision, now)
            self.call.go_on(self.attempt, self.log)

    def _cancelled(self, now: float) -> None:
        decision = outcomes.cancelled(self.attempt)
        self._give_up(Unanswered(decision, NORMAL_CLEARING, "caller"), now)

    def _lost(self, now: float) -> None:
        decision = outcomes.caller_lost(self.attempt)
        self._give_up(Unanswered(decision, OUT_OF_ORDER, "system"), now)

    def _fail(self, status: int, now: float) -> None:
        status = passed_on(status)
        decision = outcomes.not_joined(self.attempt, self.stays.party, status)
        self._refuse(decision, now)

    def _refuse(self, decision: Decision, now: float) -> None:
        self._give_up(Unanswered(decision, cause_of(decision.status), "system"), now)

    def _give_up(self, why: Unanswered, now: float) -> None:
        """Leave the call as it was; a phone that nobody talks to any more is hung up."""
        if self._is_over:
            return
        self._finish(now)
        self.stays.local_number = self._shown
        if not self._is_parted:
            self._record(why, now)
        self._incoming.refuse(why.decision.status, now, headers=(reason(why.cause),))
        if self._is_alone and self._stopped is not None:
            self._ring_again(self._stopped, now)
        elif self._is_alone:
            self.call.drop(why, now)

    def _ring_again(self, stopped: Alerting, now: float) -> None:
        """Let the call go back to the number that rang, as if the newcomer had transferred it."""
        call, attempt = self.call, stopped.attempt
        assert call.log is not None
        call.log.answered_at = None
        ring_s = stopped.ring_s
        transfer = Transfer(self.wire, call, self.newcomer, self.stays, attempt, call.log, ring_s)
        transfer.go_back(stopped, now)

    def _finish(self, now: float) -> None:
        self._is_over = True
        self.wire.stop(self._timer)
        self.call.transfer = None
        if self._own is not None:
            self._own.drop(now)
            self._own = None
        self._hold(False)

    def _record(self, why: Unanswered, now: float) -> None:
        record = self.log.close(
            now,
            status=why.decision.status,
            cause=why.cause,
            ended_by=why.ended_by,
            decision=why.decision,
        )
        self.wire.records.append(record)

    # -- what the call tells ----------------------------------------------------------------------

    def moves(self, leg: Leg) -> bool:
        return leg is self.replaced

    def left(self, call: Call, now: float) -> None:
        self._part(now)

    def hung_up(self, leg: Leg, now: float) -> None:
        """Nobody else is in the call."""

    def over(self, call: Call, now: float) -> None:
        self._is_alone = False  # there is nothing left to end
        self._refuse(already_over(self.attempt), now)
