"""sipp as many phones at once: registers a list of accounts and tells what came back."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.phones.baresip import Account
from tests.phones.process import free_ports

REGISTER = """\
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: <sip:[field0]@[remote_ip]>;tag=[call_number]
To: <sip:[field0]@[remote_ip]>
Call-ID: [call_id]
CSeq: {cseq} REGISTER
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
Expires: 300
{credentials}Content-Length: 0

"""

SCENARIO = """\
<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="digest register">
  <send retrans="500"><![CDATA[
{first}]]></send>
  <recv response="401" auth="true"/>
  <send retrans="500"><![CDATA[
{second}]]></send>
  <recv response="{status}"/>
</scenario>
"""


def register(folder: Path, accounts: Sequence[Account], *, status: int = 200) -> int:
    """Register each account once and expect `status`; return sipp's exit status, 0 for all good.

    sipp answers MD5 challenges only, and speaks UDP and TCP.
    """
    folder.mkdir(parents=True, exist_ok=True)
    first = REGISTER.format(cseq=1, credentials="")
    second = REGISTER.format(cseq=2, credentials="[field1]\n")
    (folder / "register.xml").write_text(
        SCENARIO.format(first=first, second=second, status=status)
    )
    rows = [
        f"{a.number};[authentication username={a.user} password={a.password}]" for a in accounts
    ]
    (folder / "users.csv").write_text("\n".join(["SEQUENTIAL", *rows, ""]))
    port, control, media = free_ports(3, spacing=6)
    transport = "t1" if accounts[0].transport == "tcp" else "u1"
    command = [
        *("sipp", f"127.0.0.1:{accounts[0].server_port}", "-sf", "register.xml"),
        *("-inf", "users.csv", "-i", "127.0.0.1", "-p", str(port), "-t", transport),
        *("-m", str(len(accounts)), "-r", "100", "-nostdin", "-cp", str(control)),
        *("-mi", "127.0.0.1", "-mp", str(media), "-timeout", "20", "-trace_err"),
    ]
    with (folder / "log").open("wb") as log:
        done = subprocess.run(command, cwd=folder, stdout=log, stderr=log, timeout=40)
    return done.returncode
