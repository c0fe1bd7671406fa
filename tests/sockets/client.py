"""A client that registers over UDP or TCP and answers challenges; shares no code with ours."""

import hashlib
import re
import socket
from dataclasses import dataclass, field
from types import TracebackType

PASSWORD = "secret1"


def md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@dataclass
class Answer:
    text: str

    @property
    def status(self) -> int:
        return int(self.text.split()[1])

    @property
    def nonce(self) -> str:
        found = re.search(r'nonce="([^"]+)"', self.text)
        assert found, self.text
        return found[1]

    @property
    def contacts(self) -> set[str]:
        return set(re.findall(r"^Contact: <([^>]*)>", self.text, re.MULTILINE))


@dataclass
class Client:
    """One line; its user is `u` and the number unless it is named."""

    number: int
    port: int
    transport: str = "UDP"
    patience_s: float = 5.0
    user: str = ""
    password: str = PASSWORD
    cseq: int = 0
    link: socket.socket = field(init=False)

    def __enter__(self) -> "Client":
        kind = socket.SOCK_DGRAM if self.transport == "UDP" else socket.SOCK_STREAM
        self.link = socket.socket(socket.AF_INET, kind)
        self.link.settimeout(self.patience_s)
        self.link.connect(("127.0.0.1", self.port))
        self.user = self.user or f"u{self.number}"
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.link.close()

    @property
    def address(self) -> str:
        host, port = self.link.getsockname()
        return f"{host}:{port}"

    @property
    def contact(self) -> str:
        return f"sip:{self.number}@{self.address}"

    def register(self, contact: str | None = None, expires: int = 120) -> Answer:
        """Register and answer the challenge; a contact of "" asks without changing anything."""
        contact = self.contact if contact is None else contact
        lines = [f"Contact: <{contact}>", f"Expires: {expires}"] if contact else []
        challenge = self.ask(lines)
        assert challenge.status == 401, challenge.text
        return self.ask([*lines, *self.credentials("REGISTER", challenge.nonce)])

    def invite(self, called: int) -> Answer:
        """Call a number and return the first answer after the challenge and its ACK."""
        lines = [f"Contact: <{self.contact}>"]
        challenge = self.ask(lines, "INVITE", called)
        assert challenge.status == 401, challenge.text
        self.send(lines, "ACK", called)
        return self.ask([*lines, *self.credentials("INVITE", challenge.nonce)], "INVITE", called)

    def credentials(self, method: str, nonce: str) -> list[str]:
        """Return the header as the guide prints it: without qop, and folded."""
        ha1 = md5(f"{self.user}:ccmsipline:{self.password}")
        uri = f"sip:127.0.0.1:{self.port}"
        response = md5(f"{ha1}:{nonce}:{md5(f'{method}:{uri}')}")
        return [
            f'Authorization: Digest username="{self.user}",realm="ccmsipline",',
            f' nonce="{nonce}",uri="{uri}",',
            f' response="{response}",algorithm=MD5',
        ]

    def ask(self, lines: list[str], method: str = "REGISTER", called: int = 0) -> Answer:
        """Send a request and return the first answer to it."""
        self.cseq += 1
        self.send(lines, method, called)
        while True:
            answer = Answer(self.receive())
            if f"CSeq: {self.cseq} {method}" in answer.text and answer.text.startswith("SIP/"):
                return answer

    def send(self, lines: list[str], method: str, called: int) -> None:
        uri = f"sip:{called}@127.0.0.1:{self.port}" if called else f"sip:127.0.0.1:{self.port}"
        kind = "register" if method == "REGISTER" else "call"
        start = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{self.transport} {self.address};branch=z9hG4bK{id(self)}x{self.cseq}",
            "Max-Forwards: 70",
            f"From: <sip:{self.number}@127.0.0.1>;tag=t{self.number}",
            f"To: <sip:{called or self.number}@127.0.0.1>",
            f"Call-ID: {self.number}-{self.address}-{kind}",
            f"CSeq: {self.cseq} {method}",
        ]
        self.link.send("\r\n".join([*start, *lines, "Content-Length: 0", "", ""]).encode())

    def receive(self) -> str:
        """Return the next message; none of them has a body."""
        data = b""
        while not data.endswith(b"\r\n\r\n"):
            more = self.link.recv(65535)
            if not more:
                raise ConnectionError("closed by the server")
            data += more
        return data.decode()
