"""baresip as a phone, driven over its control connection; each plays a tone of its own."""

import contextlib
import itertools
import json
import math
import socket
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.phones.process import free_ports, running, wait_for

CONFIG = """\
poll_method poll
sip_listen 127.0.0.1:{port}
net_interface 127.0.0.1
audio_path /nonexistent
audio_source ausine,{tone}
audio_player aubridge,sink
audio_alert aubridge,alert
ausrc_srate 48000
ausrc_channels 2
auplay_srate 8000
auplay_channels 1
rtp_ports {rtp}-{rtp_end}
module_path /usr/lib/baresip/modules
module g711.so
module ausine.so
module aubridge.so
module sndfile.so
module ctrl_tcp.so
module_app account.so
module_app contact.so
module_app menu.so
ctrl_tcp_listen 127.0.0.1:{control}
snd_path {folder}
"""


@dataclass(frozen=True)
class Account:
    """What an administrator types into the phone."""

    number: str
    user: str
    password: str
    server_port: int
    transport: str = "udp"
    expires_s: int = 120

    def __str__(self) -> str:
        server = f"127.0.0.1:{self.server_port}"
        return (
            f"<sip:{self.number}@{server};transport={self.transport}>"
            f";auth_user={self.user};auth_pass={self.password}"
            f';outbound="sip:{server};transport={self.transport}";regint={self.expires_s}'
            ";answermode=manual;audio_codecs=pcmu\n"
        )


@dataclass
class Baresip:
    """A running baresip. `events` holds what it said so far, oldest first."""

    folder: Path
    control: socket.socket
    events: list[dict[str, Any]] = field(default_factory=list)
    buffer: bytes = b""
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: int = 0

    def read(self) -> None:
        """Take in what has come over the control connection (netstrings that hold JSON)."""
        with contextlib.suppress(BlockingIOError):
            while data := self.control.recv(65536):
                self.buffer += data
        while b":" in self.buffer:
            length, _, rest = self.buffer.partition(b":")
            if len(rest) <= int(length):
                break
            self.take(json.loads(rest[: int(length)]))
            self.buffer = rest[int(length) + 1 :]

    def take(self, message: dict[str, Any]) -> None:
        if message.get("response"):
            self.answers[str(message.get("token", ""))] = message
        else:
            self.events.append(message)

    def ask(self, command: str, params: str = "") -> str:
        """Give a command and return what baresip answered."""
        self.asked += 1
        token = str(self.asked)
        body = json.dumps({"command": command, "params": params, "token": token}).encode()
        self.control.sendall(b"%d:%s," % (len(body), body))

        def answer() -> dict[str, Any] | None:
            self.read()
            return self.answers.get(token)

        return str(wait_for(f"answer to {command}", answer).get("data", ""))

    def event(self, kind: str, seconds: float = 10) -> dict[str, Any]:
        """Wait for an event such as CALL_INCOMING, take it and forget those before it."""

        def find() -> dict[str, Any] | None:
            self.read()
            for place, event in enumerate(self.events):
                if event.get("type") == kind:
                    del self.events[: place + 1]
                    return event
            return None

        return wait_for(f"{kind} (log: {self.folder}/log)", find, seconds)

    def wait_until_registered(self, seconds: float = 10) -> None:
        wait_for(
            f"registration (log: {self.folder}/log)", lambda: "OK" in self.ask("reginfo"), seconds
        )

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def heard_hz(self, last_s: float = 0.0) -> float:
        """Return the pitch of what the last call brought, or of its end, from zero crossings."""
        newest = max(self.folder.glob("dump-*-dec.wav"), key=lambda path: path.stat().st_mtime)
        return pitch_hz(newest, last_s)


def pitch_hz(path: Path, last_s: float = 0.0) -> float:
    """Measure a pure tone in a mono 16-bit WAV file, leaving out silence at both ends.

    With `last_s` only the last seconds of it count.
    """
    with wave.open(str(path)) as file:
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    samples = memoryview(frames[: len(frames) // 2 * 2]).cast("h")
    samples = samples[-round(last_s * rate) :] if last_s else samples
    loud = [place for place, value in enumerate(samples) if abs(value) > 500]
    if not loud:
        return math.nan
    part = samples[loud[0] : loud[-1]]
    crossings = sum(1 for one, two in itertools.pairwise(part) if one < 0 <= two)
    return crossings * rate / max(1, len(part))


@contextlib.contextmanager
def baresip(folder: Path, *accounts: Account, tone_hz: int = 440) -> Iterator[Baresip]:
    """Start a phone with these accounts; it registers at once."""
    folder.mkdir(parents=True)
    port, control, rtp = free_ports(3, spacing=12)
    settings = {"port": port, "control": control, "rtp": rtp, "rtp_end": rtp + 10}
    (folder / "config").write_text(CONFIG.format(tone=tone_hz, folder=folder, **settings))
    (folder / "contacts").write_text("")
    (folder / "accounts").write_text("".join(map(str, accounts)))
    with running(["baresip", "-f", str(folder), "-s", "-v"], folder / "log"):
        connection = wait_for(f"baresip ({folder}/log)", lambda: connect(control))
        with connection:
            yield Baresip(folder, connection)


def connect(port: int) -> socket.socket | None:
    try:
        connection = socket.create_connection(("127.0.0.1", port), timeout=1)
    except OSError:
        return None
    connection.setblocking(False)
    return connection
