"""Real phones register over UDP and TCP, or are refused and told why where it helps."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.phones import sipp
from tests.phones.baresip import baresip
from tests.phones.linphonec import linphonec
from tests.phones.process import wait_for
from tests.phones.product import Product
from tests.phones.site import add_phone, add_user, add_user_with_phone

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("registering")]


def registration(site: Product, name: str) -> dict[str, Any]:
    status, phone = site.rest("GET", f"phones/{name}/")
    assert status == 200, phone
    return phone["registration"]


def wait_for_state(site: Product, name: str, word: str) -> dict[str, Any]:
    def look() -> dict[str, Any] | None:
        state = registration(site, name)
        return state if state["state"] == word else None

    return wait_for(f"{name} {word} ({site.folder}/log)", look)


def wait_for_attempt(site: Product, **values: str) -> dict[str, Any]:
    def look() -> list[dict[str, Any]]:
        status, answer = site.rest("GET", f"registration-attempts/?{urlencode(values)}")
        assert status == 200, answer
        return answer["results"]

    return wait_for(f"an attempt with {values} ({site.folder}/log)", look)[0]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_baresip_registers(site: Product, tmp_path: Path, transport: str) -> None:
    account = add_user_with_phone(site, {"udp": "2001", "tcp": "2002"}[transport])
    with baresip(tmp_path / "phone", replace(account, transport=transport)) as phone:
        phone.wait_until_registered()
        state = wait_for_state(site, f"SEP{account.number:0>12}", "Registered")
        assert state["transport"] == transport.upper()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_linphonec_registers(site: Product, tmp_path: Path, transport: str) -> None:
    account = add_user_with_phone(site, {"udp": "2003", "tcp": "2004"}[transport])
    with linphonec(tmp_path / "phone", replace(account, transport=transport)) as phone:
        phone.wait_until_registered()
        wait_for_state(site, f"SEP{account.number:0>12}", "Registered")


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_sipp_registers(site: Product, tmp_path: Path, transport: str) -> None:
    account = add_user_with_phone(site, {"udp": "2005", "tcp": "2006"}[transport])
    assert sipp.register(tmp_path, [replace(account, transport=transport)]) == 0
    # Over TCP the registration ends with sipp's connection, so the record of it is what stays.
    wait_for_attempt(site, phone=f"SEP{account.number:0>12}", rule="accepted")


def test_wrong_password_is_refused_and_the_page_says_what_to_do(
    site: Product, tmp_path: Path
) -> None:
    account = replace(add_user_with_phone(site, "2010"), password="not-the-one")
    with baresip(tmp_path / "phone", account):
        state = wait_for_state(site, "SEP000000002010", "Rejected")
    refusal = state["refusal"]
    assert refusal["rule"] == "digest-password"
    assert "u2010" in refusal["expected"]
    assert "Digest Credentials" in refusal["advice"]
    page = site.page("/device/phone/SEP000000002010/")
    assert "Rejected" in page
    for text in (refusal["summary"], refusal["advice"]):
        assert text in page
    assert account.password not in page + site.log


def test_any_password_is_accepted_when_digest_is_off(site: Product, tmp_path: Path) -> None:
    account = replace(add_user_with_phone(site, "2011", digest=False), password="whatever")
    with baresip(tmp_path / "phone", account) as phone:
        phone.wait_until_registered()
        wait_for_state(site, "SEP000000002011", "Registered")


def test_unknown_user_is_recorded_with_its_reason(site: Product, tmp_path: Path) -> None:
    account = replace(add_user_with_phone(site, "2012"), user="nobody")
    assert sipp.register(tmp_path, [account], status=403) == 0
    attempt = wait_for_attempt(site, userid="nobody", rule="unknown-user")
    assert "nobody" in attempt["summary"]
    assert attempt["advice"]


def test_number_that_is_not_on_the_phone_is_refused(site: Product, tmp_path: Path) -> None:
    account = replace(add_user_with_phone(site, "2013"), number="2999")
    assert sipp.register(tmp_path, [account], status=404) == 0
    state = wait_for_state(site, "SEP000000002013", "Rejected")
    assert state["refusal"]["rule"] == "line-not-on-phone"
    assert "2999" in state["refusal"]["received"]
    assert "2013" in state["refusal"]["expected"]


def test_user_shared_by_two_phones_stops_both_until_it_is_resolved(
    site: Product, tmp_path: Path
) -> None:
    account = add_user_with_phone(site, "2014")
    answer = add_phone(site, "SEP000000002015", account.user, "2015")
    warning = " ".join(answer["warnings"])
    assert "SEP000000002014" in warning
    assert "SEP000000002015" in warning
    assert sipp.register(tmp_path / "shared", [account], status=403) == 0
    state = wait_for_state(site, "SEP000000002014", "Rejected")
    assert state["refusal"]["rule"] == "shared-digest-user"
    wait_for_state(site, "SEP000000002015", "Rejected")
    site.rest("PATCH", "phones/SEP000000002015/", {"digest_user": None})
    site.settle()
    assert sipp.register(tmp_path / "alone", [account]) == 0


def test_two_lines_of_an_advanced_phone_register_with_one_user(
    site: Product, tmp_path: Path
) -> None:
    add_user(site, "two", "secret2")
    model = "Third-party SIP Device (Advanced)"
    add_phone(site, "SEP000000002016", "two", "2016", "2017", model=model)
    account = add_user_with_phone(site, "2018")
    lines = [replace(account, number=n, user="two", password="secret2") for n in ("2016", "2017")]
    with baresip(tmp_path / "phone", *lines) as phone:
        wait_for_state(site, "SEP000000002016", "Registered")
        assert phone.ask("reginfo").count("OK") == 2
