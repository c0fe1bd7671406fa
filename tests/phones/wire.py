"""A phone made of plain text over UDP, which shares no code with the product.

It says exactly what a test wants said, and is the referee of what came back.
"""

import hashlib
import re
import socket
from dataclasses import dataclass, field
from types import TracebackType

from tests.phones.baresip import Account


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@dataclass
class Answer:
    text: str

    @property
    def status(self) -> int:
        return int(self.text.split()[1])

    def header(self, name: str) -> str:
        found = re.search(rf"^{name}\s*:\s*(.*?)\r$", self.text, re.MULTILINE | re.IGNORECASE)
        return found[1] if found else ""

    def challenge(self, name: str) -> str:
        """Return a parameter of the challenge, such as nonce."""
        found = re.search(rf'{name}="?([^",]+)', self.header("WWW-Authenticate"))
        return found[1] if found else ""


@dataclass
class WirePhone:
    """One line on a socket of its own; `register` does challenge and answer."""

    account: Account
    line: socket.socket = field(init=False)
    cseq: int = 0

    def __post_init__(self) -> None:
        self.line = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.line.bind(("127.0.0.1", 0))
        self.line.settimeout(5)

    def __enter__(self) -> "WirePhone":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.line.close()

    @property
    def port(self) -> int:
        return int(self.line.getsockname()[1])

    @property
    def uri(self) -> str:
        return f"sip:127.0.0.1:{self.account.server_port}"

    def register(self, *, contact: str | None = None, expires: int = 120) -> Answer:
        """REGISTER, answer the challenge as RFC 2069 does (no qop); return the last answer."""
        first = self.send(contact, expires, "")
        if first.status != 401:
            return first
        return self.send(contact, expires, self.authorization(first))

    def authorization(self, challenge: Answer) -> str:
        """Return the header as the guide prints it: without qop, folded over several lines."""
        nonce, user = challenge.challenge("nonce"), self.account.user
        ha1 = md5(f"{user}:ccmsipline:{self.account.password}")
        response = md5(f"{ha1}:{nonce}:{md5('REGISTER:' + self.uri)}")
        return (
            f'Authorization: Digest username="{user}",realm="ccmsipline",\r\n'
            f' nonce="{nonce}",\r\n'
            f' uri="{self.uri}",\r\n'
            f' response="{response}",algorithm=MD5\r\n'
        )

    def send(self, contact: str | None, expires: int, credentials: str) -> Answer:
        self.cseq += 1
        number = self.account.number
        where = f"<sip:{number}@127.0.0.1:{self.port}>" if contact is None else contact
        message = (
            f"REGISTER {self.uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK{number}x{self.cseq};rport\r\n"
            "Max-Forwards: 70\r\n"
            f"From: <sip:{number}@127.0.0.1>;tag={number}\r\n"
            f"To: <sip:{number}@127.0.0.1>\r\n"
            f"Call-ID: wire-{self.port}-{number}\r\n"
            f"CSeq: {self.cseq} REGISTER\r\n"
            f"Contact: {where}\r\n"
            f"Expires: {expires}\r\n"
            f"{credentials}"
            "Content-Length: 0\r\n\r\n"
        )
        self.line.sendto(message.encode(), ("127.0.0.1", self.account.server_port))
        while True:
            answer = Answer(self.line.recv(65535).decode())
            if answer.header("CSeq") == f"{self.cseq} REGISTER":
                return answer
