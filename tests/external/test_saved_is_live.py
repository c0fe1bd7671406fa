"""What is saved in the browser is in force for the next REGISTER within 250 ms."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.external.console import Console
from tests.phones.baresip import Account
from tests.phones.product import Product
from tests.phones.site import BASIC, STANDARD_PROFILE, add_user_with_phone
from tests.sockets.client import Client

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("live")]
LIMIT_S = 0.25


@pytest.fixture
def account(site: Product, console: Console) -> Iterator[Account]:
    console.sign_in(site)
    account = add_user_with_phone(site, "3001")
    assert register(account) == 200
    yield account
    site.rest("DELETE", "phones/SEP000000003001/")
    site.rest("DELETE", "end-users/u3001/")


def register(account: Account) -> int:
    """Register from a socket of its own and end the registration again; return the answer."""
    named = {"user": account.user, "password": account.password}
    with Client(int(account.number), account.server_port, **named) as phone:
        status = phone.register().status
        if status == 200:
            phone.register(expires=0)
        return status


def assert_live(account: Account, status: int) -> None:
    """Register again and again from the moment a page said that it saved."""
    saved = time.monotonic()
    while (answer := register(account)) != status:
        assert time.monotonic() - saved < LIMIT_S, f"still {answer} instead of {status}"


def test_digest_credentials(account: Account, site: Product, console: Console) -> None:
    new = replace(account, password="another1")
    console.page.goto(f"{site.url}/usermgmt/end_user/u3001/")
    console.page.get_by_label("Digest Credentials", exact=True).fill(new.password)
    console.page.get_by_label("Confirm Digest Credentials").fill(new.password)
    console.save("Update successful")
    assert_live(new, 200)
    assert register(account) == 403


def test_directory_number(account: Account, site: Product, console: Console) -> None:
    console.page.goto(f"{site.url}/device/phone/SEP000000003001/")
    console.page.get_by_role("link", name="Line [1] - 3001").click()
    console.fill(Directory_Number="3002")
    console.save("")
    assert_live(replace(account, number="3002"), 200)
    assert register(account) == 404


def test_security_profile_of_the_phone(account: Account, site: Product, console: Console) -> None:
    wrong = replace(account, password="wrong")
    assert register(wrong) == 403
    console.page.goto(f"{site.url}/device/phone/SEP000000003001/")
    console.fill(Device_Security_Profile=STANDARD_PROFILE[BASIC])
    console.save("Update successful")
    assert_live(wrong, 200)


def test_a_profile_itself(account: Account, site: Product, console: Console) -> None:
    wrong = replace(account, password="wrong")
    console.page.goto(f"{site.url}/system/phone_security_profile/")
    console.page.get_by_role("link", name="Basic - Digest Required", exact=True).click()
    console.page.get_by_label("Enable Digest Authentication").uncheck()
    console.save("Update successful")
    assert_live(wrong, 200)
    console.page.get_by_label("Enable Digest Authentication").check()
    console.save("Update successful")
    assert_live(wrong, 403)
