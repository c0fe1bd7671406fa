"""The call control: finds the call that an event is for, and opens and refuses new ones."""

from dataclasses import replace

from sipcore.actions import Resolve, Resolved
from sipcore.authentication import Authenticator, Challenged, Refused
from sipcore.bindings import Bindings
from sipcore.callcontrol import reasons
from sipcore.callcontrol.addressing import check_addresses
from sipcore.callcontrol.admission import Admission, Admitted
from sipcore.callcontrol.call import Call
from sipcore.callcontrol.leg import Leg
from sipcore.callcontrol.options import unknown
from sipcore.callcontrol.probe import OnNews, Probe, ProbeOrder, Probes
from sipcore.callcontrol.reasons import cause_of_refusal
from sipcore.callcontrol.records import CallLog
from sipcore.callcontrol.routing import Routes
from sipcore.callcontrol.session import TOO_SMALL
from sipcore.callcontrol.takeover import Takeover
from sipcore.callcontrol.takeovers import Place
from sipcore.callcontrol.transfers import Transfers
from sipcore.callcontrol.wire import Wire
from sipcore.dialog import Dialog
from sipcore.errors import ParseError
from sipcore.message import Response, make_response
from sipcore.ports import CallRecord, Configuration, Decision, Tokens, UnavailableError
from sipcore.timers import Timers
from sipcore.transaction import (
    AckArrived,
    CancelArrived,
    RequestArrived,
    ResponseArrived,
    SendFailed,
    TimedOut,
    Transactions,
)

RETRY_AFTER_S = 5
TAG_OCTETS = 8


class CallControl:
    def __init__(
        self,
        configuration: Configuration,
        bindings: Bindings,
        transactions: Transactions,
        authenticator: Authenticator,
        timers: Timers,
        tokens: Tokens,
    ) -> None:
        self._wire = Wire(transactions, timers, tokens, bindings)
        self._admission = Admission(
            configuration, bindings, authenticator, self._wire.lines, self._wire.dialogs
        )
        routes = Routes(configuration, bindings, self._wire.lines)
        self._transfers = Transfers(self._wire, routes)
        self._probes = Probes(self._wire, routes)
        self._is_closing = False

    # -- what the transaction layer tells ---------------------------------------------------------

    def request(self, event: RequestArrived, now: float) -> None:
        """Take a new INVITE or a request inside a dialog, both of them screened before."""
        request = event.request
        if request.to.tag:
            listener = self._wire.dialogs.get((request.call_id, request.to.tag))
            if listener is None:
                self._respond(event, 481, now)
            else:
                listener.request(event, now)
        elif request.method == "INVITE":
            self._invite(event, now)
        else:
            self._respond(event, 481, now)  # it belongs into a dialog, and names none

    def ack(self, event: AckArrived, now: float) -> None:
        listener = self._wire.dialogs.get((event.request.call_id, event.request.to.tag))
        if listener is not None:
            listener.ack(event, now)

    def cancel(self, event: CancelArrived, now: float) -> None:
        waiting = self._wire.waiting(event.key)
        if waiting is not None:
            waiting.cancelled(now)

    def response(self, event: ResponseArrived, now: float) -> None:
        response = event.response
        if self._wire.reply(event.key, response, now):
            return
        if response.cseq.method == "INVITE" and 200 <= response.status < 300:
            self._unexpected_answer(event, now)

    def timed_out(self, event: TimedOut, now: float) -> None:
        self._wire.no_reply(event.key, 408, now)

    def send_failed(self, event: SendFailed, now: float) -> None:
        self._wire.no_reply(event.key, 503, now)
        waiting = self._wire.waiting(event.key)
        if waiting is not None:
            waiting.lost(now)

    def resolved(self, report: Resolved, now: float) -> None:
        self._wire.found(report.ticket, report.flows, now)

    def probe(self, order: ProbeOrder, on_news: OnNews, now: float) -> Probe:
        """Call a line from this server itself."""
        return self._probes.place(order, on_news, now)

    def expire(self, now: float) -> None:
        self._wire.expire(now)

    def shut_down(self, now: float) -> None:
        """End every call in order, and take no new one."""
        self._is_closing = True
        for call in list(self._wire.calls.values()):
            call.shut_down(now)

    @property
    def has_calls(self) -> bool:
        return bool(self._wire.calls)

    def next_deadline(self) -> float | None:
        return self._wire.timers.next_deadline()

    def take_records(self) -> list[CallRecord]:
        records, self._wire.records = self._wire.records, []
        return records

    def take_lookups(self) -> list[Resolve]:
        lookups, self._wire.lookups = self._wire.lookups, []
        return lookups

    def counts(self) -> dict[str, int]:
        """Count what is not finished; all zero when no call is left."""
        return self._wire.counts()

    # -- requests and responses of no call --------------------------------------------------------

    def _respond(self, event: RequestArrived, status: int, now: float) -> None:
        response = make_response(event.request, status, to_tag=self._tag())
        self._wire.settle(event.key, response, now)

    def _tag(self) -> str:
        return self._wire.tokens.hex(TAG_OCTETS)

    def _unexpected_answer(self, event: ResponseArrived, now: float) -> None:
        """Take a 2xx that nobody waits for: one that came again, or of a phone behind a fork.

        "The UAC core MUST generate an ACK", and may "terminate the dialog by sending a BYE" when
        it does not want it (13.2.2.4).
        """
        response, transactions = event.response, self._wire.transactions
        listener = self._wire.dialogs.get((response.call_id, response.from_.tag))
        if listener is not None and listener.repeated_answer(response, now):
            return
        request = transactions.request_of(event.key)
        own_contact = request.headers.get("Contact")
        try:
            dialog = Dialog.as_uac(request, response, flow=event.flow, local_contact=own_contact)
            check_addresses(dialog)
        except ParseError:
            return  # there is nowhere to send an ACK
        transactions.send_ack(dialog.ack(response.cseq.number), event.flow)
        transactions.send(dialog.new_request("BYE"), event.flow, now)

    # -- new calls ----------------------------------------------------------------------------

    def _invite(self, event: RequestArrived, now: float) -> None:
        """Start a call, or refuse it with a record that says why."""
        log = CallLog(event.request.call_id, now)
        verdict = self._verdict(event, log, now)
        if isinstance(verdict, Admitted):
            try:
                self._call(event, log, verdict, now)
                return
            except ParseError as error:
                verdict = reasons.malformed(str(error), error.status)
        answer = self._answer_to(event, verdict, self._tag())
        if isinstance(verdict, Challenged):  # that is no call yet, and leaves no record
            self._wire.settle(event.key, answer, now)
        else:
            decision = verdict if isinstance(verdict, Decision) else verdict.decision
            self._refuse(event, log, decision, answer, now)

    def refusal(self, event: RequestArrived, to_tag: str, now: float) -> Response | None:
        """Answer an OPTIONS as an INVITE would be refused; None when phones would ring (11.2)."""
        verdict = self._verdict(event, CallLog(event.request.call_id, now), now)
        return None if isinstance(verdict, Admitted) else self._answer_to(event, verdict, to_tag)

    def _verdict(
        self, event: RequestArrived, log: CallLog, now: float
    ) -> Admitted | Decision | Challenged | Refused:
        if self._is_closing:
            return reasons.shutting_down()
        try:
            return self._admission.judge(event, log, now)
        except ParseError as error:
            return reasons.malformed(str(error), error.status)
        except UnavailableError:
            return reasons.unavailable()

    def _answer_to(
        self, event: RequestArrived, verdict: Decision | Challenged | Refused, to_tag: str
    ) -> Response:
        if isinstance(verdict, Decision):
            return self._refusal(event, verdict, to_tag)
        return verdict.answer(event.request, to_tag)

    def _call(self, event: RequestArrived, log: CallLog, admitted: Admitted, now: float) -> None:
        goal = admitted.goal
        if isinstance(goal, Place):
            self._take_over(event, log, admitted, goal, now)
            return
        number = self._wire.number()
        leg = self._leg(event, admitted, number, goal.number.number)
        refer = self._transfers.refer
        call = Call(self._wire, number, leg, admitted.attempt, log, refer)
        call.start(event, goal, self._transfers.routes, admitted.ring_s, now)

    def _take_over(
        self, event: RequestArrived, log: CallLog, admitted: Admitted, place: Place, now: float
    ) -> None:
        call, stays = place.call, place.stays
        takeover = Takeover(
            self._wire,
            call,
            self._leg(event, admitted, call.number, stays.party.number),
            place.leg,
            stays,
            event,
            admitted.attempt,
            log,
            admitted.ring_s,
            place.early_only,
        )
        takeover.start(now)

    def _leg(self, event: RequestArrived, admitted: Admitted, call: int, local_number: str) -> Leg:
        """Make the caller's side of a call; raises `ParseError`."""
        flow, bound = event.flow, admitted.binding.flow
        is_elsewhere = flow.remote != bound.remote
        if is_elsewhere and not flow.is_reliable and flow.transport == bound.transport:
            # where the phone registered from is where it listens
            flow = replace(flow, remote=bound.remote)
        tag = self._tag()
        leg = Leg(
            self._wire,
            call,
            admitted.caller,
            flow,
            call_id=event.request.call_id,
            local_tag=tag,
            local_number=local_number,
            terms=admitted.terms,
        )
        leg.hear(event.request)
        leg.dialog = Dialog.as_uas(
            event.request, local_tag=tag, flow=flow, local_contact=leg.contact
        )
        check_addresses(leg.dialog)
        return leg

    def _refusal(self, event: RequestArrived, decision: Decision, to_tag: str) -> Response:
        response = make_response(event.request, decision.status, to_tag=to_tag)
        response.headers.add("Reason", f"Q.850;cause={cause_of_refusal(decision)}")
        if decision.status == 503:
            response.headers.add("Retry-After", str(RETRY_AFTER_S))
        if decision.status == TOO_SMALL:
            response.headers.add(*self._admission.terms.min_se)
        if decision.status == 420:
            response.headers.add("Unsupported", ", ".join(unknown(event.request)))
        return response

    def _refuse(
        self,
        event: RequestArrived,
        log: CallLog,
        decision: Decision,
        response: Response,
        now: float,
    ) -> None:
        self._wire.settle(event.key, response, now)
        self._wire.records.append(
            log.close(
                now,
                status=response.status,
                cause=cause_of_refusal(decision),
                ended_by="system",
                decision=decision,
            )
        )
