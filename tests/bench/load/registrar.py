"""A registrar that knows every phone of `bench.site`: the load is tested against it."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench import site
from bench.children import HOST
from sipcore.digest import find_credentials, ha1, verify
from sipcore.message import Request, make_response, parse_message

NONCE = "8f2d"


@dataclass
class Registrar:
    """Answers as it is told: `drop` ignores so many requests first."""

    drop: int = 0
    requests: list[Request] = field(default_factory=list)
    line: socket.socket = field(init=False)

    def __post_init__(self) -> None:
        self.line = socket.socket(type=socket.SOCK_DGRAM)
        self.line.bind((HOST, 0))

    @property
    def port(self) -> int:
        return int(self.line.getsockname()[1])

    def serve(self) -> None:
        while True:
            data, address = self.line.recvfrom(65535)
            if not data:
                return
            if self.drop:
                self.drop -= 1
                continue
            self.line.sendto(self.answer(data), address)

    def answer(self, data: bytes) -> bytes:
        request = parse_message(data)
        assert isinstance(request, Request)
        self.requests.append(request)
        credentials = find_credentials(request.headers, "Authorization", site.REALM)
        if credentials is None or credentials.nonce != NONCE:
            response = make_response(request, 401, to_tag="r")
            value = f'Digest realm="{site.REALM}", nonce="{NONCE}", algorithm=MD5, qop="auth"'
            response.headers.add("WWW-Authenticate", value)
            return response.to_bytes()
        index = int(credentials.username) - site.FIRST_NUMBER
        secret = ha1("MD5", credentials.username, site.REALM, site.password(index))
        is_right = verify(credentials, "REGISTER", secret)
        return make_response(request, 200 if is_right else 403, to_tag="r").to_bytes()

    @property
    def cseqs(self) -> list[int]:
        return [request.cseq.number for request in self.requests]


@contextlib.contextmanager
def registrar(drop: int = 0) -> Iterator[Registrar]:
    made = Registrar(drop)
    thread = threading.Thread(target=made.serve)
    thread.start()
    try:
        yield made
    finally:
        with socket.socket(type=socket.SOCK_DGRAM) as end:
            end.sendto(b"", (HOST, made.port))
        thread.join()
        made.line.close()
