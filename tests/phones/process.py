"""Child processes and ports for tests with real programs; each is ended again."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
_next_port = 12000 + os.getpid() * 37 % 9000


def free_ports(count: int, spacing: int = 1) -> list[int]:
    """Return ports that are free for UDP and TCP on loopback, `spacing` apart.

    Looks in the range below the kernel's ephemeral ports, from a place that differs for each
    test process, so that two workers do not hand out the same port.
    """
    global _next_port
    ports: list[int] = []
    while len(ports) < count:
        _next_port = _next_port + spacing if _next_port < 30000 else 12000
        if is_free(_next_port):
            ports.append(_next_port)
    return ports


def is_free(port: int) -> bool:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def wait_for(what: str, look: Callable[[], T | None], seconds: float = 10) -> T:
    """Look again and again until there is an answer; fail with `what` when there is none."""
    end = time.monotonic() + seconds
    while True:
        if found := look():
            return found
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


@contextlib.contextmanager
def running(
    command: Sequence[str],
    log: Path,
    *,
    patience_s: float = 4,
    env: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program for the length of a `with` block; its output goes to `log`."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=stdin, env=env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()
