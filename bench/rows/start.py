"""From the start of the process to its first answer, with 100,000 phones and their bindings."""

import socket
import time

from bench import children
from bench.children import HOST
from bench.load.phones import Phone
from bench.measuring import Bench, Result, median
from bench.servers.ccmadmin import CallServer

TARGET_S = 5.0
PAUSE_S = 0.02
GIVE_UP_S = 120.0


def measure(bench: Bench) -> list[Result]:
    phones = bench.sizes.many
    server = bench.site(phones)
    bench.say(f"start with {phones:,} phones and bindings")
    server.bind(phones)
    seconds = [start(server) for _ in range(3)]
    return [
        Result(
            f"start to answering, {phones:,} phones and bindings",
            f"at most {TARGET_S:.0f} s",
            f"{median(seconds):.1f} s ({min(seconds):.1f}-{max(seconds):.1f})",
            "",
            f"{median(seconds):.1f} s",
            median(seconds) <= TARGET_S,
            "from the start of the program to the first answer to a REGISTER",
        )
    ]


def start(server: CallServer) -> float:
    """Start the server and ask it until it answers; return the seconds."""
    with socket.socket(type=socket.SOCK_DGRAM) as sock:
        sock.bind((HOST, 0))
        sock.connect((HOST, server.port))
        sock.settimeout(PAUSE_S)
        phone = Phone(0, server.port, int(sock.getsockname()[1]), sock.send)
        log = server.folder / "log"
        begin = time.monotonic()
        with children.running(server.command, log, env=server.env):
            while time.monotonic() - begin < GIVE_UP_S:
                if answers(sock, phone):
                    return time.monotonic() - begin
    raise children.NotStartedError(f"no answer within {GIVE_UP_S} s:\n{log.read_text()[-2000:]}")


def answers(sock: socket.socket, phone: Phone) -> bool:
    try:
        phone.register(0)
        sock.recv(65535)
    except TimeoutError:
        return False
    except OSError:  # nobody listens on the port yet
        time.sleep(PAUSE_S)
        return False
    return True
