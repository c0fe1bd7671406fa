"""Programs that run as long as a `with` block, in a temporary folder, on free ports."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

HOST = "127.0.0.1"


class NotStartedError(RuntimeError):
    """A program did not do in time what it should; the text holds the end of its log."""


def free_port() -> int:
    """Return a port that is free for UDP and TCP now."""
    while True:
        with socket.socket() as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
            stream.bind((HOST, 0))
            port = int(stream.getsockname()[1])
            with contextlib.suppress(OSError):
                datagram.bind((HOST, port))
                return port


@contextlib.contextmanager
def running(
    command: Sequence[str],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    patience_s: float = 10,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program; its output goes to `log`. It gets SIGTERM at the end, then SIGKILL."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=env,
            start_new_session=True,  # Kamailio signals its whole process group when it ends
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(
    look: Callable[[], bool],
    process: "subprocess.Popen[bytes]",
    log: Path,
    *,
    seconds: float = 60,
    pause_s: float = 0.02,
) -> None:
    """Wait until `look` says yes. Raises NotStartedError when it takes longer or has ended."""
    end = time.monotonic() + seconds
    while not look():
        if process.poll() is not None or time.monotonic() > end:
            text = log.read_text("utf-8", "replace")[-2000:]
            raise NotStartedError(f"{process.args!r} is not ready within {seconds} s:\n{text}")
        time.sleep(pause_s)


def run(command: Sequence[str], *, env: Mapping[str, str] | None = None, text: str = "") -> str:
    """Run a program to its end; return what it printed."""
    done = subprocess.run(command, input=text, capture_output=True, text=True, env=env)
    if done.returncode:
        raise NotStartedError(f"{command!r} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def listens(port: int) -> bool:
    """Look whether somebody has bound the UDP port."""
    return f":{port:04X} 00000000:0000 " in Path("/proc/net/udp").read_text()
