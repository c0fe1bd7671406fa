"""`make run` in a fresh copy of the project, as on a machine that has only python3 and make."""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.phones.process import free_ports, wait_for
from tests.phones.product import PROJECT

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("make run")]


class Copy:
    """A copy of the project's files in an empty folder, without any of our environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ccmadmin"
        self.http, self.sip = free_ports(2, spacing=2)
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (PROJECT / name).exists():
                (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, self.folder / name)
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("CCMADMIN_", "DJANGO_"))},
            "CCMADMIN_HTTP": f"127.0.0.1:{self.http}",
            "CCMADMIN_SIP": f"127.0.0.1:{self.sip}",
        }

    def make(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *words],
            cwd=self.folder,
            env={**self.env, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )

    def run(self) -> str:
        """Start, wait until it answers, press Ctrl-C, and return all that was printed."""
        log = self.folder.parent / "log"
        with log.open("w") as output:
            process = subprocess.Popen(
                ["make", "run"],
                cwd=self.folder,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            wait_for(f"make run ({log})", lambda: "Ctrl-C ends both" in log.read_text(), 120)
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http}/sign-in/") as answer:
                assert answer.status == 200
            assert "SIP/2.0 200" in options(self.sip)
            began = time.monotonic()
            os.killpg(process.pid, signal.SIGINT)
            process.wait(10)
            assert time.monotonic() - began < 5
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        return log.read_text()


def options(port: int) -> str:
    """Send OPTIONS to the SIP server and return its answer."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.bind(("127.0.0.1", 0))
        phone.settimeout(5)
        lines = (
            f"OPTIONS sip:127.0.0.1:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{phone.getsockname()[1]};branch=z9hG4bK1;rport",
            "Max-Forwards: 70",
            "From: <sip:test@127.0.0.1>;tag=1",
            f"To: <sip:127.0.0.1:{port}>",
            "Call-ID: options-test",
            "CSeq: 1 OPTIONS",
            "Content-Length: 0",
        )
        phone.sendto("\r\n".join((*lines, "", "")).encode(), ("127.0.0.1", port))
        return phone.recv(65535).decode()


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    folder = tmp_path_factory.mktemp("fresh")
    yield Copy(folder)
    shutil.rmtree(folder, ignore_errors=True)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Return the key files, which a second start must leave alone."""
    return {path.name: path.read_bytes() for path in folder.glob("*.key")}


def test_starts_prints_the_password_once_and_changes_nothing_the_second_time(copy: Copy) -> None:
    first = copy.run()
    assert re.search(r"^  Password +\S{12,}$", first, re.MULTILINE)
    assert f"http://127.0.0.1:{copy.http}/" in first
    assert f"127.0.0.1:{copy.sip}" in first
    assert "Traceback" not in first
    keys = snapshot(copy.folder / "var")
    assert keys

    second = copy.run()
    assert "assword" not in second
    assert snapshot(copy.folder / "var") == keys

    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections die away
        taken.bind(("127.0.0.1", copy.http))
        taken.listen()
        refused = copy.make("run")
    assert refused.returncode != 0
    assert f"127.0.0.1:{copy.http} cannot be used" in refused.stderr
    assert "CCMADMIN_HTTP" in refused.stderr
    assert "Traceback" not in refused.stderr

    key_file = copy.folder / "var/credentials.key"
    key_file.chmod(0o644)
    refused = copy.make("run")
    key_file.chmod(0o600)
    assert refused.returncode != 0
    assert "chmod 600" in refused.stderr
    assert "Traceback" not in refused.stderr

    demo = copy.make("demo")
    assert demo.returncode == 0, demo.stderr
    assert demo.stdout.count("SEP") >= 3
    assert copy.make("demo").returncode == 0


def test_missing_venv_package_is_one_line_with_the_cure(copy: Copy, tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text(
        "#!/bin/sh\n"
        'case "$*" in *"-m venv"*) echo "ensurepip is not available" >&2; exit 1;; esac\n'
        'exec python3 "$@"\n'
    )
    python.chmod(0o755)
    moved = copy.folder / ".venv"
    away = tmp_path / "venv"
    if moved.exists():
        moved.rename(away)
    refused = copy.make("run", PYTHON=str(python))
    assert refused.returncode != 0
    assert "apt-get install python3-venv" in refused.stderr
