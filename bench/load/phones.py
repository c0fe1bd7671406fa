"""A phone that registers: it builds its REGISTER and answers challenges, as fast as Python can.

Only what changes from one request to the next is put together for each: everything else is bytes
made once.
"""

import hashlib

from bench import site
from bench.children import HOST
from bench.load.wires import Send

CNONCE = b"0a4f113b"


def md5(data: bytes) -> bytes:
    return hashlib.md5(data).hexdigest().encode()


class Phone:
    """One line; `send` is the socket's, bound once."""

    __slots__ = (
        "_credentials",
        "_ha1",
        "_ha2",
        "_middle",
        "_start",
        "_tail",
        "cseq",
        "index",
        "nonce",
        "nonce_count",
        "request",
        "send",
        "sent_at",
    )

    def __init__(self, index: int, server_port: int, port: int, send: Send) -> None:
        number, uri = site.number(index), f"sip:{HOST}:{server_port}"
        self.index = index
        self.send = send
        self.cseq = 0
        self.nonce = b""
        self.nonce_count = 0
        self.request = b""
        self.sent_at = 0.0
        self.set_password(site.password(index))
        self._ha2 = md5(f"REGISTER:{uri}".encode())
        # The branch tells which phone an answer is for.
        self._start = (
            f"REGISTER {uri} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {HOST}:{port};rport;branch=z9hG4bK-{index}-"
        ).encode()
        self._middle = (
            "\r\nMax-Forwards: 70\r\n"
            f"From: <sip:{number}@{HOST}>;tag=t{number}\r\n"
            f"To: <sip:{number}@{HOST}>\r\n"
            f"Call-ID: {number}-{port}@bench\r\n"
            "CSeq: "
        ).encode()
        self._tail = (
            " REGISTER\r\n"
            f"Contact: <sip:{number}@{HOST}:{port}>\r\n"
            "Expires: 120\r\n"
            "User-Agent: ccmadmin bench\r\n"
        ).encode()
        self._credentials = (
            f'Authorization: Digest username="{number}", realm="{site.REALM}", uri="{uri}", '
            f'algorithm=MD5, qop=auth, cnonce="{CNONCE.decode()}", nonce="'
        ).encode()

    def set_password(self, password: str) -> None:
        self._ha1 = md5(f"{site.number(self.index)}:{site.REALM}:{password}".encode())

    def register(self, now: float) -> None:
        """Send the next REGISTER; with credentials once there is a nonce."""
        self.cseq = number = self.cseq + 1
        credentials = self._authorization() if self.nonce else b""
        self.request = b"%b%d%b%d%b%bContent-Length: 0\r\n\r\n" % (
            self._start,
            number,
            self._middle,
            number,
            self._tail,
            credentials,
        )
        self.sent_at = now
        self.send(self.request)

    def _authorization(self) -> bytes:
        self.nonce_count = count = self.nonce_count + 1
        nonce = self.nonce
        middle = b"%b:%08x:%b:auth:" % (nonce, count, CNONCE)
        response = md5(b"%b:%b%b" % (self._ha1, middle, self._ha2))
        return b'%b%b", nc=%08x, response="%b"\r\n' % (self._credentials, nonce, count, response)

    def take_challenge(self, answer: bytes) -> None:
        start = answer.index(b'nonce="') + 7
        self.nonce = answer[start : answer.index(b'"', start)]
        self.nonce_count = 0


def phone_of(answer: bytes) -> tuple[int, int]:
    """Return the phone that an answer is for, and the CSeq of its request; from the branch."""
    start = answer.index(b"z9hG4bK-") + 8
    index, _, rest = answer[start : start + 32].partition(b"-")
    cseq = rest[: min(end for end in (rest.find(b";"), rest.find(b"\r"), len(rest)) if end >= 0)]
    return int(index), int(cseq)
