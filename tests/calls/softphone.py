"""A phone for whole calls over a `Link`: it registers, calls, rings, answers and hangs up.

It stands on our own transaction layer, so it shows that calls come to an end whatever the network
does to them, not that we agree with anybody else; for that there are real phones.
"""

from sipcore.actions import FlowFailed, Report, Transmit
from sipcore.dialog import Dialog
from sipcore.message import Headers, Request, Response, make_response, parse_message
from sipcore.ports import Address, Flow
from sipcore.timers import TimerQueue, Timers
from sipcore.transaction import (
    AckArrived,
    CancelArrived,
    Event,
    RequestArrived,
    ResponseArrived,
    SendFailed,
    TimedOut,
    Transactions,
)
from tests.calls.link import Link
from tests.sipcore.site import FixedTokens, digest_answer

SDP = b"v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
TIMERS = Timers()


class Softphone:
    """`state` is "idle", "calling", "ringing", "answered" (no ACK yet) or "talking"."""

    def __init__(
        self,
        link: Link,
        number: str,
        address: Address,
        server: Address,
        *,
        userid: str = "",
        password: str = "",
        transport: str = "UDP",
        answers_after_s: float | None = 2.0,
    ) -> None:
        self.link, self.number = link, number
        self.userid, self.password = userid or number, password
        self.flow = Flow(transport, address, server)
        self.answers_after_s = answers_after_s  # None: it rings on
        self.refuses_with = 0
        self.layer = Transactions(TIMERS, FixedTokens())
        self.state = "idle"
        self.statuses: list[tuple[str, int]] = []  # (method, status) of every response
        self.is_registered = False
        self.dialog: Dialog | None = None
        self._timers: TimerQueue[str] = TimerQueue()
        self._cseq = 0
        self._calls = 0
        self._invite_key = 0  # of the call that is made or that rings
        self._invite: Request | None = None
        self._answer: Response | None = None  # the 2xx that waits for its ACK
        self._repeat_s = 0.0
        link.join(f"phone {number}", self, address)

    # -- what its user does ----------------------------------------------------------------------

    def register(self, expires_s: int = 3600) -> None:
        self._send(self._request("REGISTER", "", [("Expires", str(expires_s))]))

    def dial(self, number: str, *headers: tuple[str, str]) -> None:
        assert self.state == "idle", self.state
        self._calls += 1
        self.state = "calling"
        invite = self._request("INVITE", number)
        for name, value in headers:
            invite.headers.add(name, value)
        self._start_call(invite)

    def hang_up(self) -> None:
        """End the call, or give up trying."""
        if self.state == "calling":
            self.layer.cancel(self._invite_key, self.link.now)
        elif self.dialog is not None and self.state == "talking":
            self._send(self.dialog.new_request("BYE"))
            self._over()

    def answer(self) -> None:
        if self.state == "ringing":
            self._answer = self._respond(self._invite_key, 200, SDP)
            self.state = "answered"
            self._repeat_s = TIMERS.t1
            self._timers.start("repeat", self.link.now + self._repeat_s)

    # -- the doors -------------------------------------------------------------------------------

    def receive(self, data: bytes, source: Flow, now: float) -> None:
        self._handle(self.layer.receive(parse_message(data), source, now))

    def report(self, report: Report, now: float) -> None:
        if isinstance(report, FlowFailed):
            self._handle(self.layer.flow_failed(report.flow, now))

    def expire(self, now: float) -> None:
        self._handle(self.layer.expire(now))
        for name in self._timers.pop_due(now):
            if name == "answer":
                self.answer()
            elif self._answer is not None:  # "repeat" (13.3.1.4)
                self.layer.respond(self._invite_key, self._answer, now)
                self._repeat_s = min(2 * self._repeat_s, TIMERS.t2)
                self._timers.start("repeat", now + self._repeat_s)

    def next_deadline(self) -> float | None:
        times = self.layer.next_deadline(), self._timers.next_deadline()
        return min((time for time in times if time is not None), default=None)

    def outbox(self) -> list[Transmit]:
        return self.layer.take_outbox()

    def is_at_rest(self) -> bool:
        return self.state == "idle" and not any(self.layer.counts().values())

    # -- requests --------------------------------------------------------------------------------

    def _request(
        self, method: str, number: str, extra: list[tuple[str, str]] | None = None
    ) -> Request:
        self._cseq += 1
        host = self.flow.remote[0]
        own = f"<sip:{self.number}@{host}>"
        to = f"<sip:{number}@{host}>" if number else own
        headers = Headers(
            [
                ("Max-Forwards", "70"),
                ("From", f"{own};tag={self.number}-{method}-{self._calls}"),
                ("To", to),
                ("Call-ID", f"{method}-{self.number}-{self._calls if number else 0}"),
                ("CSeq", f"{self._cseq} {method}"),
                ("Contact", self._contact()),
                *(extra or []),
            ]
        )
        body = SDP if method == "INVITE" else b""
        if body:
            headers.add("Content-Type", "application/sdp")
        return Request(method, f"sip:{number}@{host}" if number else f"sip:{host}", headers, body)

    def _contact(self) -> str:
        host, port = self.flow.local
        suffix = ";transport=tcp" if self.flow.is_reliable else ""
        return f"<sip:{self.number}@{host}:{port}{suffix}>"

    def _send(self, request: Request) -> int:
        return self.layer.send(request, self.flow, self.link.now)

    def _start_call(self, invite: Request) -> None:
        self._invite_key = self._send(invite)

    # -- what comes ------------------------------------------------------------------------------

    def _handle(self, events: list[Event]) -> None:
        for event in events:
            match event:
                case RequestArrived(request=Request(method="INVITE")):
                    self._rings(event)
                case RequestArrived():
                    self._respond(event.key, 200)
                    if event.request.method == "BYE" and self._is_ours(event.request):
                        self._over()
                case AckArrived() if self._is_ours(event.request) and self.state == "answered":
                    self.state, self._answer = "talking", None
                    self._timers.stop("repeat")
                case CancelArrived(key=self._invite_key) if self.state == "ringing":
                    self._respond(event.key, 487)
                    self._over()
                case ResponseArrived():
                    self._answered(event)
                case SendFailed(key=self._invite_key) if self.state == "ringing":
                    self._respond(event.key, 503)  # it wants a final answer still
                    self._over()
                case TimedOut(key=self._invite_key) | SendFailed(key=self._invite_key):
                    self._over()

    def _is_ours(self, request: Request) -> bool:
        return self.dialog is not None and request.call_id == self.dialog.call_id

    def _rings(self, event: RequestArrived) -> None:
        if event.request.to.tag:  # hold or resume
            self._respond(event.key, 200, SDP)
        elif self.refuses_with or self.state != "idle":
            self._respond(event.key, self.refuses_with or 486)
        else:
            self._calls += 1
            self.state, self._invite_key, self._invite = "ringing", event.key, event.request
            self.dialog = Dialog.as_uas(
                event.request,
                local_tag=f"{self.number}-called-{self._calls}",
                flow=self.flow,
                local_contact=self._contact(),
            )
            self._respond(event.key, 180)
            if self.answers_after_s is not None:
                self._timers.start("answer", self.link.now + self.answers_after_s)

    def _respond(self, key: int, status: int, body: bytes = b"") -> Response:
        request = self.layer.request_of(key)
        content_type = "application/sdp" if body else ""
        if self.dialog is None or request.call_id != self.dialog.call_id:
            response = make_response(request, status, to_tag=f"{self.number}-no-dialog")
        else:
            response = self.dialog.respond(request, status, body=body, content_type=content_type)
        self.layer.respond(key, response, self.link.now)
        return response

    def _answered(self, event: ResponseArrived) -> None:
        response, request = event.response, self.layer.request_of(event.key)
        method = request.method
        self.statuses.append((method, response.status))
        if response.status < 200:
            return
        if response.status in (401, 407) and "Authorization" not in request.headers:
            self._send_again(request, response)
        elif method == "REGISTER":
            self.is_registered = response.status == 200 and request.expires != 0
        elif method == "INVITE" and response.status < 300:
            self._is_connected(request, response, event.flow)
        elif method == "INVITE" and event.key == self._invite_key:
            self._over()

    def _send_again(self, request: Request, response: Response) -> None:
        """Answer a challenge (22.2): the same request, the next number, a new branch."""
        self._cseq += 1
        again = Request(request.method, request.uri, request.headers.copy(), request.body)
        again.headers.remove("Via")
        again.headers.set("CSeq", f"{self._cseq} {request.method}")
        challenge = response.headers.get("WWW-Authenticate")
        answer = digest_answer(challenge, request.method, request.uri, self.userid, self.password)
        again.headers.add("Authorization", answer)
        if request.method == "INVITE":
            self._start_call(again)
        else:
            self._send(again)

    def _is_connected(self, request: Request, response: Response, flow: Flow) -> None:
        if self.state == "calling":
            self.state = "talking"
            self.dialog = Dialog.as_uac(
                request, response, flow=flow, local_contact=self._contact()
            )
        dialog = self.dialog
        if dialog is None or dialog.call_id != response.call_id:
            dialog = Dialog.as_uac(request, response, flow=flow, local_contact="")
        self.layer.send_ack(dialog.ack(response.cseq.number), self.flow)

    def _over(self) -> None:
        self.state, self._answer, self.dialog = "idle", None, None
        self._timers.stop("answer")
        self._timers.stop("repeat")
