"""The README's example makes a whole site over REST alone, and its two phones call each other."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.phones.baresip import Account, baresip
from tests.phones.process import wait_for
from tests.phones.product import PROJECT, Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("rest")]
EXAMPLE = PROJECT / "docs/examples/site_by_rest.py"


def run_example(site: Product) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), site.url],
        env={**os.environ, "CCMADMIN_TOKEN": site.make_token()},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def accounts(printed: str, port: int) -> list[Account]:
    """Return what the example says to enter in the phones."""
    found = re.findall(r"user (\d+), authentication ID (\S+), password (\S+)", printed)
    return [Account(number, user, password, port) for number, user, password in found]


def test_example_makes_a_site_whose_phones_call_each_other(
    empty_site: Product, tmp_path: Path
) -> None:
    first = run_example(empty_site)
    assert "added phones SEP000000002001" in first
    revision = newest_change(empty_site)
    assert "added" not in run_example(empty_site)
    assert newest_change(empty_site) == revision
    empty_site.settle()
    anna, ben = accounts(first, empty_site.sip_port)
    with (
        baresip(tmp_path / "anna", anna) as anna_phone,
        baresip(tmp_path / "ben", ben) as ben_phone,
    ):
        anna_phone.wait_until_registered()
        ben_phone.wait_until_registered()
        ben_phone.ask("dial", "2001")
        anna_phone.event("CALL_INCOMING")
        anna_phone.ask("accept")
        ben_phone.event("CALL_ESTABLISHED")
        anna_phone.ask("hangup")
        ben_phone.event("CALL_CLOSED")

    def call() -> object:
        return empty_site.rest("GET", "call-records/?dialed=2001")[1]["results"]

    (record,) = wait_for("the call record", call)
    assert (record["rule"], record["ended_by"]) == ("answered", "called")


def newest_change(site: Product) -> int:
    _, answer = site.rest("GET", "change-log/?source=api&ordering=-sequence&limit=1")
    return answer["results"][0]["sequence"]


def test_example_is_short_and_is_the_one_in_the_readme() -> None:
    text = EXAMPLE.read_text()
    assert len(text.splitlines()) < 60
    assert text in (PROJECT / "README.md").read_text()
