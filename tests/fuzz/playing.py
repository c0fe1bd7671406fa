"""A site with phones that do what a string of octets says; after a day nothing is left of it.

The octets choose step by step: who sends which message over which transport, how it is damaged,
what is answered to what the engine sent, how long nothing happens, which connection breaks.
"""

from collections.abc import Callable
from typing import Protocol

from sipcore.actions import Resolve, Resolved, Transmit
from sipcore.ports import Flow
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import Handset, flow, handsets

STEPS = 24
DAY_S = 24 * 3600.0
SDP = "v=0\r\no=- 1 1 IN IP4 198.51.100.1\r\ns=-\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n"
METHODS = (
    *("INVITE", "INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "UPDATE", "PRACK", "REFER"),
    *("NOTIFY", "SUBSCRIBE", "MESSAGE"),
)
STATUSES = (100, 180, 183, 200, 200, 302, 401, 408, 481, 486, 487, 491, 500, 503, 603)
EXTRAS = (
    *("", "Require: 100rel\r\nRSeq: 1\r\n", "Contact: <sip:1002@198.51.100.2>\r\n"),
    *("Refer-To: <sip:1003@192.0.2.1>\r\n", "Session-Expires: 90;refresher=uas\r\n"),
    *("Retry-After: 5\r\n", "RAck: 1 101 INVITE\r\n", "Contact: <sip:1003@192.0.2.1>;q=0.5\r\n"),
)


class Choices(Protocol):
    """What `atheris.FuzzedDataProvider` offers; a test may draw them from elsewhere."""

    def ConsumeIntInRange(self, lowest: int, highest: int) -> int: ...  # noqa: N802 - atheris

    def ConsumeBytes(self, count: int) -> bytes: ...  # noqa: N802 - atheris

    def remaining_bytes(self) -> int: ...


class Play:
    def __init__(self, choices: Choices) -> None:
        self.choices = choices
        self.ladder = Ladder()
        self.phones = list(handsets().values())
        for phone in self.phones:
            assert self.ladder.register(phone) == 200
        self.steps: list[Callable[[], None]] = [
            *(self.request, self.request, self.reply, self.reply, self.in_dialog),
            *(self.wait, self.look_up, self.break_off, self.register),
        ]

    def run(self) -> None:
        for _ in range(STEPS):
            if not self.choices.remaining_bytes():
                break
            self.steps[self.upto(len(self.steps) - 1)]()
        self.look_up()
        self.ladder.wait(DAY_S)
        self.look_up()
        self.ladder.wait(DAY_S)
        assert self.ladder.counts() == {}, self.ladder.counts()

    def upto(self, highest: int) -> int:
        return self.choices.ConsumeIntInRange(0, highest)

    def source(self, phone: Handset) -> Flow:
        if self.upto(7):
            return phone.flow
        return flow(phone.flow.remote[0], 49152, "TCP", 1 + self.upto(2))

    def send(self, phone: Handset, data: bytes) -> None:
        self.ladder.receive(self.damaged(data), self.source(phone))

    def damaged(self, data: bytes) -> bytes:
        for _ in range(self.upto(2)):
            at, cut = self.upto(len(data)), self.upto(8)
            data = data[:at] + self.choices.ConsumeBytes(self.upto(12)) + data[at + cut :]
        return data

    def register(self) -> None:
        phone = self.phones[self.upto(2)]
        self.send(
            phone, phone.register(Contact="*" if self.upto(5) == 5 else f"<{phone.contact}>")
        )

    def request(self) -> None:
        phone = self.phones[self.upto(2)]
        method = METHODS[self.upto(len(METHODS) - 1)]
        uri = f"sip:100{self.upto(4)}@192.0.2.1"
        phone.cseq += self.upto(1)
        values: dict[str, object] = {"Call_ID": f"call-{self.upto(3)}"}
        if self.upto(1):
            values |= {"Content_Type": "application/sdp", "body": SDP}
        if phone.challenge:
            values["Authorization"] = phone.credentials(method, uri)
        if self.upto(1):
            values["To"] = f"<{uri}>;tag={self.some_tag()}"
        if self.upto(7) == 7:
            tags = f"to-tag={self.some_tag()};from-tag=f100{self.upto(3)}"
            values["Replaces"] = f"call-{self.upto(3)};{tags}"
        self.send(phone, phone.request(method, uri, **values))

    def sent(self) -> list[Transmit]:
        return self.ladder.of(Transmit)[-12:]

    def some_tag(self) -> str:
        """Take a tag of ours out of what was sent lately."""
        data = self.sent()[self.upto(len(self.sent()) - 1)].data
        for line in data.split(b"\r\n"):
            if line.startswith(b"To: " if data.startswith(b"SIP/") else b"From: "):
                return line.partition(b"tag=")[2].decode("utf-8", "replace") or "x"
        return "x"

    def reply(self) -> None:
        """Answer a request of the engine's."""
        asked = [each for each in self.sent() if not each.data.startswith(b"SIP/")]
        if not asked:
            return
        chosen = asked[self.upto(len(asked) - 1)]
        head = chosen.data.partition(b"\r\n\r\n")[0].split(b"\r\n")[1:]
        kept = (b"Via", b"From", b"To", b"Call-ID", b"CSeq")
        lines = [line for line in head if line.startswith(kept)]
        tag = b";tag=t%d" % self.upto(2)
        lines = [line + tag if line.startswith(b"To: ") else line for line in lines]
        status = STATUSES[self.upto(len(STATUSES) - 1)]
        body = SDP if self.upto(1) else ""
        tail = EXTRAS[self.upto(len(EXTRAS) - 1)] + (
            f"Contact: <sip:1002@198.51.100.2:5060>\r\nContent-Type: application/sdp\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}"
        )
        data = b"\r\n".join([b"SIP/2.0 %d X" % status, *lines, tail.encode()])
        self.ladder.receive(self.damaged(data), chosen.flow)

    def in_dialog(self) -> None:
        """Send a request in the dialog of a request that the engine sent."""
        asked = [each for each in self.sent() if each.data.startswith(b"INVITE ")]
        if not asked:
            return
        chosen = asked[self.upto(len(asked) - 1)]
        head = chosen.data.partition(b"\r\n\r\n")[0].split(b"\r\n")
        values = {line.split(b": ")[0]: line.partition(b": ")[2] for line in head[1:]}
        method = METHODS[self.upto(len(METHODS) - 1)].encode()
        lines = [
            method + b" sip:1001@192.0.2.1 SIP/2.0",
            b"Via: SIP/2.0/UDP 198.51.100.2:5060;branch=z9hG4bKd%d;rport" % self.upto(50),
            b"Max-Forwards: 70",
            b"From: " + values[b"To"] + b";tag=t%d" % self.upto(2),
            b"To: " + values[b"From"],
            b"Call-ID: " + values[b"Call-ID"],
            b"CSeq: %d " % (1 + self.upto(9)) + method,
            EXTRAS[self.upto(len(EXTRAS) - 1)].encode() + b"Content-Length: 0\r\n\r\n",
        ]
        self.ladder.receive(self.damaged(b"\r\n".join(lines)), chosen.flow)

    def wait(self) -> None:
        self.ladder.wait((0.1, 0.5, 2.0, 8.0, 33.0, 200.0)[self.upto(5)])

    def look_up(self) -> None:
        """Let DNS answer what it was asked."""
        for lookup in self.ladder.of(Resolve):
            report = Resolved(lookup.ticket, (flow("203.0.113.7"),)[: self.upto(1)])
            self.ladder.engine.report(report, self.ladder.now)
            self.ladder.settle()

    def break_off(self) -> None:
        """Break a connection, or report that a datagram could not be sent."""
        flows = [each.flow for each in self.sent()]
        self.ladder.lose(flows[self.upto(len(flows) - 1)])
