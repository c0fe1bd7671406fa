"""A sender that asks for nothing but to be in the way: `python -m tests.sockets.flood KIND PORT`.

Sends as fast as it can until it is ended; prints how much it sent when its time is over.
"""

import random
import socket
import sys
import time
from collections.abc import Callable

from tests.sockets.client import Client

HOST = "127.0.7.7"
SECONDS = 30.0
BURST = 64


def junk(port: int) -> list[bytes]:
    """Make octets of every kind, half of them cut out of something that looks like SIP."""
    dice = random.Random(1)
    noise = [dice.randbytes(dice.randrange(20, 1400)) for _ in range(200)]
    whole = requests(port, "OPTIONS", "")
    return noise + [each[: dice.randrange(20, len(each))] for each in whole]


def passwords(port: int) -> list[bytes]:
    """Make REGISTERs of a user that exists, with a nonce that is good and a wrong password."""
    with Client(2000, port) as client:
        nonce = client.ask([]).nonce
    answer = (
        f'Digest username="u2000", realm="ccmsipline", nonce="{nonce}", uri="sip:x", response='
    )
    return requests(port, "REGISTER", f'Authorization: {answer}"{"0" * 32}"\r\n')


def strangers(port: int) -> list[bytes]:
    """Make INVITEs and REGISTERs of nobody."""
    return requests(port, "INVITE", "") + requests(port, "REGISTER", "")


def requests(port: int, method: str, lines: str) -> list[bytes]:
    return [
        (
            f"{method} sip:2001@127.0.0.1:{port} SIP/2.0\r\n"
            f"Via: SIP/2.0/UDP {HOST}:9;branch=z9hG4bKflood{method}%08d{number};rport\r\n"
            "Max-Forwards: 70\r\n"
            f"From: <sip:2000@127.0.0.1>;tag={number}\r\n"
            "To: <sip:2000@127.0.0.1>\r\n"
            f"Call-ID: flood-%08d{number}\r\n"
            f"CSeq: {number} {method}\r\n"
            f"Contact: <sip:2000@{HOST}:9>\r\n"
            f"{lines}"
            "Content-Length: 0\r\n\r\n"
        ).encode()
        for number in range(1, 500)
    ]


KINDS: dict[str, Callable[[int], list[bytes]]] = {
    "junk": junk,
    "passwords": passwords,
    "strangers": strangers,
}


def main(kind: str, port: int) -> None:
    messages = KINDS[kind](port)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as link:
        link.bind((HOST, 0))
        link.connect(("127.0.0.1", port))
        until, turn = time.monotonic() + SECONDS, 0
        while time.monotonic() < until:
            turn += 1
            mark = b"%08d" % turn
            for _ in range(BURST):
                # another transaction each time
                data = random.choice(messages).replace(b"%08d", mark)
                link.send(data)
            drain(link)


def drain(link: socket.socket) -> None:
    """Throw away what was answered, so that sending does not fail for it."""
    try:
        while True:
            link.recv(65535, socket.MSG_DONTWAIT)
    except BlockingIOError:
        return


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
