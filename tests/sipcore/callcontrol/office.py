"""A call control between handsets that a test plays by hand, message by message.

    alice, bob = office.handset("1001"), office.handset("1002")
    alice.dials("1002")
    alice.expects(100)
    bob.expects("INVITE")
    bob.answers(180)

There is no link: what one side sends, the other has at once. `office.wait(seconds)` lets timers
fire on their way.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sipcore.actions import Resolve, Resolved
from sipcore.authentication import Authenticator
from sipcore.bindings import Bindings
from sipcore.callcontrol import CallControl
from sipcore.message import Headers, Request, Response, make_response, parse_message
from sipcore.ports import CallRecord, Flow, PhoneRecord
from sipcore.timers import Timers
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
from tests.sipcore import referee
from tests.sipcore.site import (
    DIGEST_OFF,
    SERVER,
    FixedTokens,
    Site,
    binding,
    flow,
    small_site,
)

AUDIO = b"v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nc=IN IP4 198.51.100.1\r\nt=0 0\r\n" + (
    b"m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=x-odd: \xe9\r\n"
)
ANSWER = AUDIO.replace(b"4000", b"6000").replace(b"100.1", b"100.2")
VIDEO = b"m=video 4002 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
NO_VIDEO = b"m=video 0 RTP/AVP 96\r\n"

HOSTS = {"1001": "198.51.100.1", "1002": "198.51.100.2", "1003": "198.51.100.3"}
PHONES = {number: f"SEP00000000{number}" for number in HOSTS}


def quiet_site() -> Site:
    """Return the small site without digest, so that calls start at once."""
    site = small_site()
    site.put(*(replace(phone, security_profile=DIGEST_OFF) for phone in site.phones.values()))
    return site


class Office:
    def __init__(self, site: Site | None = None, timers: Timers | None = None) -> None:
        self.site = site or quiet_site()
        self.now = 1000.0
        tokens = FixedTokens()
        timers = timers or Timers()
        self.bindings = Bindings()
        self.transactions = Transactions(timers, tokens)
        self.control = CallControl(
            self.site,
            self.bindings,
            self.transactions,
            Authenticator(self.site, tokens),
            timers,
            tokens,
        )
        self.handsets: dict[tuple[str, int], Handset] = {}
        self.records: list[CallRecord] = []
        self.lookups: deque[Resolve] = deque()
        self.is_refereed = True

    # -- people and phones ------------------------------------------------------------------------

    def handset(
        self, number: str, name: str = "", *, place: Flow | None = None, bound: bool = True
    ) -> "Handset":
        """Put a phone on a desk, registered unless `bound` is False."""
        place = place or flow(HOSTS[number])
        if bound:
            self.bindings.put(binding(name or PHONES[number], number, place))
        handset = Handset(self, number, place)
        self.handsets[place.remote] = handset
        return handset

    def configure(self, *records: PhoneRecord) -> None:
        self.site.put(*records)

    # -- wire and time ----------------------------------------------------------------------------

    def receive(self, data: bytes, source: Flow) -> None:
        self._handle(self.transactions.receive(parse_message(data), source, self.now))

    def lose(self, handset: "Handset") -> None:
        """Make the connection of a handset fail."""
        self._handle(self.transactions.flow_failed(handset.flow, self.now))

    def shuts_down(self) -> None:
        self.control.shut_down(self.now)
        self._deliver()

    def finds(self, *flows: Flow) -> str:
        """Answer the oldest look-up of a name; return the URI that was asked for."""
        lookup = self.lookups.popleft()
        self.control.resolved(Resolved(lookup.ticket, flows), self.now)
        self._deliver()
        return lookup.uri

    def wait(self, seconds: float) -> None:
        until = self.now + seconds
        while (due := self.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self._handle(self.transactions.expire(self.now))
            self.control.expire(self.now)
            self._deliver()
        self.now = until

    def next_deadline(self) -> float | None:
        times = self.transactions.next_deadline(), self.control.next_deadline()
        return min((time for time in times if time is not None), default=None)

    def _handle(self, events: Iterable[Event]) -> None:
        for event in events:
            match event:
                case RequestArrived():
                    self.control.request(event, self.now)
                case AckArrived():
                    self.control.ack(event, self.now)
                case CancelArrived():
                    self.control.cancel(event, self.now)
                case ResponseArrived():
                    self.control.response(event, self.now)
                case TimedOut():
                    self.control.timed_out(event, self.now)
                case SendFailed():
                    self.control.send_failed(event, self.now)
        self._deliver()

    def _deliver(self) -> None:
        for transmit in self.transactions.take_outbox():
            if self.is_refereed:
                referee.check(transmit.data)
            handset = self.handsets.get(transmit.flow.remote)
            if handset is not None and not handset.is_off:
                handset.inbox.append(parse_message(transmit.data))
        self.records += self.control.take_records()
        self.lookups += self.control.take_lookups()

    # -- what a test asks at the end --------------------------------------------------------------

    def record(self) -> CallRecord:
        """Return the one record there is."""
        assert len(self.records) == 1, self.records
        return self.records[0]

    def is_at_rest(self) -> bool:
        """Let every timer run out; then nothing may be left anywhere."""
        self.wait(100.0)
        left = self.control.counts() | self.transactions.counts()
        assert not any(left.values()), left
        assert self.next_deadline() is None
        return True


@dataclass
class Handset:
    """One phone with one call; it says what a test tells it to, and remembers what it must."""

    office: Office
    number: str
    flow: Flow
    is_off: bool = False
    inbox: deque[Request | Response] = field(default_factory=deque)
    call_id: str = ""
    tag: str = ""
    peer_tag: str = ""
    peer_uri: str = ""
    target: str = ""
    cseq: int = 0
    invite: Request | None = None
    """The INVITE that this phone got last."""
    sent: Request | None = None
    """The request that this phone sent last, ACK and CANCEL apart."""
    invited: Request | None = None
    """The INVITE that this phone sent last."""
    count: int = 0

    @property
    def contact(self) -> str:
        host, port = self.flow.remote
        suffix = ";transport=tcp" if self.flow.is_reliable else ""
        return f"sip:{self.number}@{host}:{port}{suffix}"

    # -- sending ----------------------------------------------------------------------------------

    def dials(
        self, number: str, body: bytes = AUDIO, *, scheme: str = "sip", **headers: str
    ) -> Request:
        """Send an INVITE out of the blue."""
        self.count += 1
        self.call_id = f"call-{self.number}-{self.count}"
        self.tag, self.peer_tag = f"tag-{self.number}-{self.count}", ""
        self.target = self.peer_uri = f"{scheme}:{number}@{SERVER[0]}"
        self.cseq = 0
        return self.sends("INVITE", body, **headers)

    def sends(self, method: str, body: bytes = b"", **headers: str) -> Request:
        """Send a request, in the dialog if there is one; `Content_Type="..."` sets a header."""
        self.cseq += 1
        request = self._request(method, self.cseq, body)
        for name, value in headers.items():
            request.headers.set(name.replace("_", "-"), value)
        self.sent = request
        if method == "INVITE":
            self.invited = request
        self.transmit(request)
        return request

    def acks(self, body: bytes = b"", **headers: str) -> None:
        """Confirm the 2xx to the last INVITE."""
        assert self.invited is not None
        ack = self._request("ACK", self.invited.cseq.number, body)
        for name, value in headers.items():
            ack.headers.set(name.replace("_", "-"), value)
        self.transmit(ack)

    def cancels(self) -> None:
        assert self.invited is not None
        headers = Headers()
        headers.add("Via", str(self.invited.via))
        for name in ("From", "To", "Call-ID", "Max-Forwards"):
            headers.add(name, self.invited.headers.get(name))
        headers.add("CSeq", f"{self.invited.cseq.number} CANCEL")
        self.transmit(Request("CANCEL", self.invited.uri, headers))

    def answers(
        self,
        status: int,
        body: bytes = b"",
        *,
        to: Request | None = None,
        reason: str = "",
        tag: str = "",
        **headers: str,
    ) -> Response:
        """Answer the INVITE that came last, or the request `to`."""
        request = to or self.invite
        assert request is not None
        if not self.tag:
            self.tag = f"tag-{self.number}-in"
        to_tag = "" if status == 100 else tag or self.tag
        response = make_response(request, status, reason, to_tag=to_tag)
        if 100 < status < 300 and request.method in ("INVITE", "UPDATE"):
            response.headers.add("Contact", f"<{self.contact}>")
        self._fill(response, body)
        for name, value in headers.items():
            response.headers.set(name.replace("_", "-"), value)
        self.transmit(response)
        return response

    def transmit(self, message: Request | Response) -> None:
        self.office.receive(message.to_bytes(), self.flow)

    def _request(self, method: str, cseq: int, body: bytes) -> Request:
        self.count += 1
        host, port = self.flow.remote
        headers = Headers()
        branch = f"z9hG4bK-{self.number}-{host}-{port}-{self.count}"
        headers.add("Via", f"SIP/2.0/{self.flow.transport} {host}:{port};branch={branch};rport")
        headers.add("Max-Forwards", "70")
        headers.add("From", f"<sip:{self.number}@{SERVER[0]}>;tag={self.tag}")
        tag = f";tag={self.peer_tag}" if self.peer_tag else ""
        headers.add("To", f"<{self.peer_uri}>{tag}")
        headers.add("Call-ID", self.call_id)
        headers.add("CSeq", f"{cseq} {method}")
        headers.add("Contact", f"<{self.contact}>")
        request = Request(method, self.target, headers)
        self._fill(request, body)
        return request

    def _fill(self, message: Request | Response, body: bytes) -> None:
        message.body = body
        if body:
            message.headers.add("Content-Type", "application/sdp")

    # -- receiving --------------------------------------------------------------------------------

    def expects(self, what: str | int) -> Request | Response:
        """Take the next message: a request with this method, or a response with this status."""
        assert self.inbox, f"{self.number} waits for {what}, and nothing came"
        message = self.inbox.popleft()
        got = message.method if isinstance(message, Request) else message.status
        assert got == what, f"{self.number} waits for {what}, and got {got}"
        self._remember(message)
        return message

    def request(self, method: str) -> Request:
        message = self.expects(method)
        assert isinstance(message, Request)
        return message

    def response(self, status: int) -> Response:
        message = self.expects(status)
        assert isinstance(message, Response)
        return message

    def refuses_all(self, status: int) -> None:
        """Read all the post, and refuse every request in it."""
        while self.inbox:
            message = self.inbox.popleft()
            if isinstance(message, Request) and message.method not in ("ACK", "CANCEL"):
                self.answers(status, to=message)

    def repeated(self, method: str) -> Request:
        """Take a request that may have come several times by now."""
        request = self.request(method)
        while self.inbox and self.inbox[0].to_bytes() == request.to_bytes():
            self.inbox.popleft()
        return request

    def hears_nothing(self) -> bool:
        return not self.inbox

    def ignores_all(self) -> None:
        self.inbox.clear()

    def _remember(self, message: Request | Response) -> None:
        if isinstance(message, Request):
            if message.method == "INVITE":
                self.invite = message
                if not message.to.tag:
                    self._take_call(message)
        elif 100 < message.status < 300 and message.cseq.method == "INVITE":
            self.peer_tag = message.to.tag
            if "Contact" in message.headers:
                self.target = message.contact.uri

    def _take_call(self, invite: Request) -> None:
        self.call_id = invite.call_id
        self.peer_tag = invite.from_.tag
        self.peer_uri = invite.from_.uri
        self.target = invite.contact.uri
        self.cseq = 500
        self.count += 1
        self.tag = f"tag-{self.number}-{self.count}-in"


def call(caller: Handset, called: Handset, offer: bytes = AUDIO, answer: bytes = ANSWER) -> None:
    """Bring a call up to its ACK."""
    caller.dials(called.number, offer)
    caller.expects(100)
    called.expects("INVITE")
    called.answers(180)
    caller.expects(180)
    called.answers(200, answer)
    caller.expects(200)
    caller.acks()
    called.expects("ACK")


def hang_up(one: Handset, other: Handset) -> None:
    one.sends("BYE")
    one.expects(200)
    bye = other.request("BYE")
    other.answers(200, to=bye)
