"""A transaction layer between a user (the test) and a wire (the test): the log is the ladder.

Each line says when, and which way: "<-" from the wire, "->" to the wire, "==" told to the user.
"""

from sipcore.message import Request, Response, make_response, parse_message
from sipcore.ports import Flow
from sipcore.timers import Timers
from sipcore.transaction import (
    AckArrived,
    CancelArrived,
    Event,
    RequestArrived,
    ResponseArrived,
    Transactions,
)
from tests.sipcore.site import FixedTokens

US = ("192.0.2.1", 5060)
PHONE = ("192.0.2.50", 5060)
UDP = Flow("UDP", US, PHONE)
TCP = Flow("TCP", US, (PHONE[0], 49152), 7)
BACK = Flow("TCP", US, PHONE)
"""To sent-by, over a connection that is still to be opened."""


def request(
    method: str = "INVITE",
    *,
    via: str = "SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKone;rport",
    uri: str = "sip:1002@192.0.2.1",
    cseq: int = 1,
    from_tag: str = "phone",
    to_tag: str = "",
    call_id: str = "call-1",
) -> Request:
    """Make a request as it comes from the wire."""
    text = (
        f"{method} {uri} SIP/2.0\r\n"
        f"Via: {via}\r\n"
        "Max-Forwards: 70\r\n"
        f"From: <sip:1001@192.0.2.1>;tag={from_tag}\r\n"
        f"To: <sip:1002@192.0.2.1>{';tag=' + to_tag if to_tag else ''}\r\n"
        f"Call-ID: {call_id}\r\n"
        f"CSeq: {cseq} {method}\r\n"
        "Contact: <sip:1001@192.0.2.50:5060>\r\n"
        "Content-Length: 0\r\n\r\n"
    )
    message = parse_message(text.encode())
    assert isinstance(message, Request)
    return message


def unsent(method: str = "INVITE") -> Request:
    """Make a request of ours, before it has a Via."""
    message = request(method)
    message.headers.remove("Via")
    return message


class Ladder:
    def __init__(self, timers: Timers | None = None) -> None:
        self.layer = Transactions(timers or Timers(), FixedTokens())
        self.now = 0.0
        self.key = 0  # of the last request that arrived or was sent
        self.events: list[Event] = []
        self.sent: list[Request | Response] = []
        self.flows: list[Flow] = []
        self._log: list[str] = []

    # -- the wire --------------------------------------------------------------------------------

    def hears(self, message: Request | Response, flow: Flow = UDP) -> None:
        """Let a message come from the wire; it is parsed again, as every message is."""
        self._write("<-", named(message))
        arrived = parse_message(message.to_bytes())
        self._take(self.layer.receive(arrived, flow, self.now))

    def hears_answer(self, status: int, *, flow: Flow = UDP, tag: str = "callee") -> None:
        """Let a response to the last request sent come from the wire."""
        self.hears(make_response(self.last_request(), status, to_tag=tag), flow)

    def loses(self, flow: Flow) -> None:
        self._write("<-", "flow failed")
        self._take(self.layer.flow_failed(flow, self.now))

    # -- the user --------------------------------------------------------------------------------

    def sends(self, method: str, flow: Flow = UDP) -> None:
        self.key = self.layer.send(unsent(method), flow, self.now)
        self._take([])

    def responds(self, status: int, *, key: int = 0, tag: str = "ours") -> None:
        key = key or self.key
        response = make_response(self.layer.request_of(key), status, to_tag=tag)
        self.layer.respond(key, response, self.now)
        self._take([])

    def cancels(self) -> None:
        self.layer.cancel(self.key, self.now)
        self._take([])

    # -- time ------------------------------------------------------------------------------------

    def waits(self, seconds: float) -> None:
        """Let time pass, from deadline to deadline."""
        end = self.now + seconds
        while (deadline := self.layer.next_deadline()) is not None and deadline <= end:
            self.now = deadline
            self._take(self.layer.expire(self.now))
        self.now = end

    # -- what happened ---------------------------------------------------------------------------

    def log(self) -> list[str]:
        """Return what was written since the last call."""
        lines, self._log = self._log, []
        return lines

    def last_request(self) -> Request:
        return next(m for m in reversed(self.sent) if isinstance(m, Request))

    def statuses(self) -> list[int]:
        return [message.status for message in self.sent if isinstance(message, Response)]

    def is_clean(self) -> bool:
        return not any(self.layer.counts().values())

    def _take(self, events: list[Event]) -> None:
        for transmit in self.layer.take_outbox():
            message = parse_message(transmit.data)
            self.sent.append(message)
            self.flows.append(transmit.flow)
            self._write("->", named(message))
        for event in events:
            self.events.append(event)
            if isinstance(event, RequestArrived):
                self.key = event.key
            self._write("==", described(event))

    def _write(self, way: str, text: str) -> None:
        self._log.append(f"{self.now:g} {way} {text}")


def named(message: Request | Response) -> str:
    if isinstance(message, Request):
        return message.method
    return f"{message.status} {message.cseq.method}"


def described(event: Event) -> str:
    match event:
        case RequestArrived(request=message) | AckArrived(request=message):
            return message.method
        case CancelArrived():
            return "cancelled"
        case ResponseArrived(response=message):
            return str(message.status)
        case _:
            return type(event).__name__
