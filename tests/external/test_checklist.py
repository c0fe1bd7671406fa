"""Table C-2 as a guided page: one form, the settings card, a real phone, and a test call to it."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.external.console import Console
from tests.phones.baresip import Account, baresip
from tests.phones.process import wait_for
from tests.phones.product import Product
from tests.phones.site import BASIC, DIGEST_PROFILE, add_user_with_phone

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]

NAME = "SEP020000001002"


def test_from_one_form_to_a_test_call(site: Product, console: Console, tmp_path: Path) -> None:
    page = console.page
    console.sign_in(site)
    start_a_phone(site, console)
    card = page.get_by_role("region", name="Settings Card")
    account = account_on(card)
    assert (account.user, account.server_port) == ("bjones", site.sip_port)
    page.evaluate("window.notReloaded = true")
    expect(page.get_by_text("8 of 10 steps done.")).to_be_visible()
    waiting = page.get_by_role("region", name="What the phone sends")
    expect(waiting).to_contain_text("Waiting for its REGISTER")

    mistyped = Account("1002", "bjones", "mistyped", site.sip_port)
    with baresip(tmp_path / "mistyped", mistyped):
        expect(waiting).to_contain_text("Rejected")
        expect(waiting).to_contain_text("digest-password")
        expect(page.locator("#why-9")).to_contain_text("not the Digest Credentials of bjones")
    with baresip(tmp_path / "bea", account) as phone:
        expect(waiting).to_contain_text("baresip")
        expect(page.get_by_text("9 of 10 steps done.")).to_be_visible()
        assert page.evaluate("window.notReloaded")
        assert account.password in card.inner_text()

        call = page.get_by_role("region", name="Test Call")
        call.get_by_role("button", name="Call 1002").click()
        assert phone.event("CALL_INCOMING")["peerdisplayname"] == "Test call"
        expect(call.get_by_text("Ringing", exact=True).first).to_be_visible()
        assert account.password not in page.content()  # it was shown before, and is not again
        page.evaluate("window.notReloaded = true")
        phone.ask("accept")
        phone.event("CALL_ESTABLISHED")
        expect(call.get_by_text("Answered", exact=True).first).to_be_visible()
        phone.event("CALL_CLOSED")
        expect(call).to_contain_text(f"{NAME} answered")
        expect(page.get_by_text("10 of 10 steps done.")).to_be_visible()
        assert page.evaluate("window.notReloaded")


def start_a_phone(site: Product, console: Console) -> None:
    page = console.page
    page.goto(f"{site.url}/device/checklist/")
    page.get_by_role("link", name="Start a phone").click()
    console.choose_type(BASIC)
    console.fill(User_ID="bjones", Directory_Number="10A2")
    page.get_by_role("button", name="Save").last.click()
    # An error at each field, and nothing typed is lost.
    expect(page.get_by_role("alert").first).to_contain_text("cannot stand there")
    expect(page.get_by_label("User ID")).to_have_value("bjones")
    console.fill(
        Last_Name="Jones", Directory_Number="1002", Device_Security_Profile=DIGEST_PROFILE[BASIC]
    )
    page.get_by_role("button", name="Save").last.click()


def account_on(card: Locator) -> Account:
    """Read off the card what is to be entered in the phone."""

    def setting(label: str) -> str:
        return card.locator(f"dt:text-is('{label}') + dd code").inner_text()

    return Account(
        setting("User name, number, user part"),
        setting("Authorization ID, auth user"),
        setting("Password"),
        int(setting("Port")),
    )


def test_a_test_call_is_ended_by_rest_and_by_the_phone(site: Product, tmp_path: Path) -> None:
    account = add_user_with_phone(site, "1007")
    path = "phones/SEP000000001007/-/test-call/"

    def rule() -> str:
        _, call = site.rest("GET", path)
        return str(call["rule"])

    _, refused = site.rest("POST", path, {})
    assert refused["state"] == "requested"
    assert wait_for("the refusal", rule) == "not-registered"
    with baresip(tmp_path / "phone", account) as phone:
        phone.wait_until_registered()
        site.rest("POST", path, {"line": 1})
        phone.event("CALL_INCOMING")
        assert site.rest("DELETE", path)[0] == 204
        phone.event("CALL_CLOSED")
        assert wait_for("the end", rule) == "cancelled"
        site.rest("POST", path, {})
        phone.event("CALL_INCOMING")
        phone.ask("hangup")
        assert wait_for("the phone's refusal", rule) == "rejected-by-phone"
    _, records = site.rest(
        "GET", "call-records/?caller_number=test-call&called_phone=SEP000000001007"
    )
    assert records["count"] == 3


def test_a_changed_number_is_flagged_until_the_phone_follows(
    site: Product, console: Console, tmp_path: Path
) -> None:
    account = add_user_with_phone(site, "1008")
    console.sign_in(site)
    with baresip(tmp_path / "old", account) as phone:
        phone.wait_until_registered()
        assert site.rest("PATCH", "directory-numbers/1008/", {"number": "1018"})[0] == 200
        console.page.goto(f"{site.url}/device/phone/SEP000000001008/")
        registration = console.page.get_by_role("region", name="Registration")
        expect(registration).to_contain_text("still registers as 1008, its line is 1018")
        console.page.goto(f"{site.url}/callrouting/directory_number/1018/")
        expect(console.page.get_by_text("Still registers as 1008")).to_be_visible()
    followed = Account("1018", account.user, account.password, site.sip_port)
    with baresip(tmp_path / "new", followed) as phone:
        phone.wait_until_registered()
        row = console.page.get_by_role("row", name="SEP000000001008")
        expect(row.get_by_text("Registered", exact=True)).to_be_visible()
