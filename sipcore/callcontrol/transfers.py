"""Whether a REFER becomes a transfer."""

from dataclasses import dataclass, replace

from sipcore.callcontrol import reasons
from sipcore.callcontrol.addressing import ALLOW
from sipcore.callcontrol.alerting import Unanswered
from sipcore.callcontrol.call import Call
from sipcore.callcontrol.call import S as CallState
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.reasons import Attempt, cause_of_refusal, line_of
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.refer import ReferTo, read_refer
from sipcore.callcontrol.replaces import Replaces, find_leg
from sipcore.callcontrol.routing import Routes, rerouting_list
from sipcore.callcontrol.transfer import Transfer
from sipcore.callcontrol.wire import Wire
from sipcore.errors import ParseError
from sipcore.ports import Decision
from sipcore.transaction import RequestArrived

NOT_ALLOWED = 405
PENDING = 491


@dataclass(frozen=True, slots=True)
class Transfers:
    wire: Wire
    routes: Routes

    def refer(self, call: Call, leg: Leg, event: RequestArrived, now: float) -> None:
        """Take a REFER of a phone that talks; raises `UnavailableError`."""
        try:
            asked = read_refer(event.request)
        except ParseError as error:
            leg.respond(event, error.status, now)
            return
        transfer = self._transfer(call, leg, asked, now)
        if asked.replaces is None:
            self._blind(transfer, event, asked, now)
        else:
            self._attended(transfer, event, asked, asked.replaces, now)

    def _transfer(self, call: Call, leg: Leg, asked: ReferTo, now: float) -> Transfer:
        transferee = call.other(leg)
        who = f"{line_of(transferee.party)}, transferred by {line_of(leg.party)}"
        attempt = Attempt(who, asked.number, rerouting_list(leg.party))
        log = CallLog(transferee.call_id, now, transferee.party.number, asked.number)
        log.caller = transferee.party
        ring_s = float(self.routes.configuration.settings.alerting_timeout_s)
        return Transfer(self.wire, call, leg, transferee, attempt, log, ring_s)

    # -- to a number ------------------------------------------------------------------------------

    def _blind(
        self, transfer: Transfer, event: RequestArrived, asked: ReferTo, now: float
    ) -> None:
        destination = self.routes.find(transfer.attempt)
        if isinstance(destination, Decision):
            self._refuse(transfer, event, destination, now)
            return
        transfer.log.called = destination.number
        if len(destination.appearances) == 1:
            transfer.log.called_phone = destination.appearances[0].phone.name
        route = self.routes.ring(transfer.attempt, transfer.transferee.party, destination)
        transfer.accept(event, wants_news=asked.wants_news, now=now)
        if isinstance(route, Decision):
            transfer.unanswered(Unanswered(route, cause_of_refusal(route), "system"), now)
        else:
            transfer.ring(route, self.routes, now)

    # -- to a phone that the transferor has called ------------------------------------------------

    def _attended(
        self,
        transfer: Transfer,
        event: RequestArrived,
        asked: ReferTo,
        replaces: Replaces,
        now: float,
    ) -> None:
        """Match Replaces to the phone's own second dialog: no INVITE with Replaces leaves."""
        leg = find_leg(replaces, self.wire.dialogs)
        is_own = leg is not None and leg.party.phone.name == transfer.transferor.party.phone.name
        second = leg.owner if leg is not None and is_own else None
        if leg is None or not isinstance(second, Call) or second is transfer.call:
            self._refuse(transfer, event, reasons.no_second_call(transfer.attempt), now)
        elif second.transfer is not None:
            transfer.transferor.respond(event, PENDING, now)
        elif second.state is CallState.ANSWERED and second.talk is not None:
            self._join(transfer, event, asked, second, leg, now)
        elif second.is_ringing_for(leg):
            transfer.log.called = second.log.called if second.log is not None else None
            alerting = second.hand_over(transfer.call, transfer.transferor, now)
            transfer.take_over(alerting)
            transfer.accept(event, wants_news=asked.wants_news, now=now)
        else:
            self._refuse(transfer, event, reasons.no_second_call(transfer.attempt), now)

    def _join(
        self,
        transfer: Transfer,
        event: RequestArrived,
        asked: ReferTo,
        second: Call,
        leg: Leg,
        now: float,
    ) -> None:
        transfer.second, transfer.consultation = second, leg
        target = transfer.target = second.other(leg)
        transfer.log.called = target.party.line.number
        second.transfer = transfer
        transfer.accept(event, wants_news=asked.wants_news, now=now)
        transfer.join(now)

    # -- refusals ---------------------------------------------------------------------------------

    def _refuse(
        self, transfer: Transfer, event: RequestArrived, decision: Decision, now: float
    ) -> None:
        """Refuse the REFER; the two phones go on talking."""
        cause = cause_of_refusal(decision)
        headers: tuple[tuple[str, str], ...] = ()
        if decision.rule == "number-not-in-css":
            # what CallManager answers when the Rerouting Calling Search Space forbids it
            decision, headers = replace(decision, status=NOT_ALLOWED), (ALLOW,)
        transfer.transferor.respond(event, decision.status, now, headers=headers)
        transfer.record(decision, cause, "system", now)
