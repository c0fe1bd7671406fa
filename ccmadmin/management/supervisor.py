"""Run the product's two servers as children: start them, watch them, end them in order.

The pages end first, so that nothing is saved any more while the SIP process writes its last
bindings to disk.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from ccmadmin.management import tied

TIED = str(Path(tied.__file__))

PATIENCE_S = 2.2
"""How long one server may take to end before it is killed; two of them stay within 5 s."""


@dataclass(frozen=True, slots=True)
class Server:
    """A child process; `ready` is the text in its output that says it answers."""

    name: str
    command: Sequence[str]
    ready: str


@dataclass
class Child:
    """A started server; its output is passed on line by line."""

    server: Server
    process: subprocess.Popen[str]
    ready: threading.Event = field(default_factory=threading.Event)
    reader: threading.Thread = field(default_factory=threading.Thread)

    @classmethod
    def start(cls, server: Server, show: Callable[[str], None]) -> "Child":
        # A session of its own: Ctrl-C reaches only the supervisor, which ends all in order.
        process = subprocess.Popen(  # noqa: S603 - a fixed command of ours, no shell
            [sys.executable, "-S", TIED, str(os.getpid()), *server.command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        child = cls(server, process)
        child.reader = threading.Thread(target=child.read, args=(show,), daemon=True)
        child.reader.start()
        return child

    def read(self, show: Callable[[str], None]) -> None:
        assert self.process.stdout
        with self.process.stdout as output:
            for line in output:
                show(f"{self.server.name:5} {line.rstrip()}")
                if self.server.ready in line:
                    self.ready.set()

    def end(self) -> None:
        """Ask the process to end, insist after `PATIENCE_S` seconds."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.reader.join(1)  # what it said last; a grandchild may hold the pipe open


class Supervisor:
    """Keeps all servers running until a signal comes or one of them ends by itself."""

    def __init__(self, servers: Sequence[Server], show: Callable[[str], None]) -> None:
        self.servers = servers
        self.show = show
        self.children: list[Child] = []
        self.asked_to_end = threading.Event()

    def run(self, when_ready: Callable[[], None]) -> int:
        """Return the exit status for the shell: 0 after a signal, 1 when a server failed."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.on_signal)
        try:
            for server in self.servers:
                self.children.append(Child.start(server, self.show))
            return self.watch(when_ready)
        finally:
            for child in self.children:
                child.end()

    def watch(self, when_ready: Callable[[], None]) -> int:
        announced = False
        while not self.asked_to_end.wait(0.1):
            ended = next((c for c in self.children if c.process.poll() is not None), None)
            if ended:
                code = ended.process.returncode
                self.show(f"{ended.server.name} ended with status {code}; ending the rest")
                return 1
            if not announced and all(child.ready.is_set() for child in self.children):
                announced = True
                when_ready()
        return 0

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        self.asked_to_end.set()


def write_line(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
