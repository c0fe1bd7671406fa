"""linphonec as a phone: one account, registered over UDP or TCP, asked through its console."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.phones.baresip import Account
from tests.phones.process import free_ports, running, wait_for

CONFIG = """\
[sip]
sip_port={udp}
sip_tcp_port={tcp}
sip_tls_port=-1
default_proxy=0
[rtp]
audio_rtp_port={rtp}-{rtp_end}
[proxy_0]
reg_proxy=<sip:127.0.0.1:{server};transport={transport}>
reg_identity=<sip:{number}@127.0.0.1:{server}>
reg_expires={expires}
reg_sendregister=1
[auth_info_0]
username={number}
userid={user}
passwd={password}
realm=ccmsipline
"""


@dataclass
class Linphonec:
    folder: Path
    process: "subprocess.Popen[bytes]"

    def say(self, command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8", "replace")

    def wait_until_registered(self, seconds: float = 15) -> None:
        def look() -> bool:
            self.say("status register")
            return "registered, identity=" in self.log

        wait_for(f"registration (log: {self.folder}/log)", look, seconds)


@contextlib.contextmanager
def linphonec(folder: Path, account: Account) -> Iterator[Linphonec]:
    # Without this folder linphone cannot open its database and then binds no port.
    (folder / ".local/share/linphone").mkdir(parents=True)
    sip, rtp = free_ports(2, spacing=12)
    is_udp = account.transport == "udp"
    (folder / "rc").write_text(
        CONFIG.format(
            udp=sip if is_udp else -1,
            tcp=-1 if is_udp else sip,
            rtp=rtp,
            rtp_end=rtp + 10,
            server=account.server_port,
            transport=account.transport,
            number=account.number,
            user=account.user,
            password=account.password,
            expires=account.expires_s,
        )
    )
    env = {**os.environ, "HOME": str(folder)}
    command = ["linphonec", "-c", str(folder / "rc")]
    with running(command, folder / "log", env=env, stdin=subprocess.PIPE) as process:
        phone = Linphonec(folder, process)
        phone.say("soundcard use files")
        yield phone
        with contextlib.suppress(OSError):
            phone.say("quit")
