"""The own account in a browser: a second factor from the QR code to signing in, and sessions."""

import pytest
from playwright.sync_api import Browser, expect

from tests.ccmadmin.authenticator import code
from tests.external.console import Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]


def test_a_second_factor_is_set_up_used_replaced_by_a_recovery_code_and_removed(
    empty_site: Product, browser: Browser, console: Console
) -> None:
    page = console.page
    console.sign_in(empty_site)
    page.get_by_role("link", name="My Account").click()
    page.get_by_role("link", name="Set Up").click()
    expect(page.get_by_role("img", name="QR code of the address below")).to_be_visible()
    secret = page.locator("dd code").first.inner_text().replace(" ", "")
    page.get_by_label("Current Password").fill(empty_site.password)
    page.get_by_label("Code", exact=True).fill(code(secret))
    page.get_by_role("button", name="Set Up").click()
    recovery = page.locator(".codes code").all_inner_texts()
    page.get_by_role("link", name="I have them").click()
    expect(page.get_by_text("Recovery codes left")).to_be_visible()

    other = browser.new_context().new_page()
    other.goto(empty_site.url + "/device/phone/")
    other.get_by_label("User ID").fill("ccmadministrator")
    other.get_by_label("Password", exact=True).fill(empty_site.password)
    other.keyboard.press("Enter")
    other.get_by_label("Code", exact=True).fill(recovery[0].upper())
    other.keyboard.press("Enter")
    expect(other.get_by_role("heading", name="Find and List Phones")).to_be_visible()

    page.reload()
    expect(page.get_by_text("This session")).to_be_visible()
    page.get_by_role("button", name="End", exact=True).click()
    expect(page.get_by_text("1 session ended.")).to_be_visible()
    other.reload()
    expect(other.get_by_role("button", name="Sign in")).to_be_visible()

    page.get_by_role("link", name="Remove").click()
    page.get_by_label("Current Password").fill(empty_site.password)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("your password alone signs you in")).to_be_visible()


def test_unassigned_numbers_are_found_and_deleted(site: Product, console: Console) -> None:
    site.put("directory-numbers/7701/")
    site.put("directory-numbers/7702/")
    page = console.page
    console.sign_in(site)
    console.open_menu("Call Routing", "Route Plan Report")
    page.get_by_role("link", name="Unassigned DN").click()
    page.get_by_label("Directory Number begins with").fill("770")
    page.keyboard.press("Enter")
    page.get_by_label("Select 7701").check()
    page.get_by_role("button", name="Delete Selected").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("1 number deleted.")).to_be_visible()
    expect(page.get_by_role("link", name="7702")).to_be_visible()
    expect(page.get_by_role("link", name="7701")).to_have_count(0)


def test_help_explains_the_page_that_is_open(site: Product, console: Console) -> None:
    console.sign_in(site)
    console.open_menu("System", "Location")
    console.open_menu("Help", "For This Page")
    expect(console.page.get_by_role("heading", name="Locations")).to_be_visible()
    expect(console.page.get_by_role("cell", name="Audio Bandwidth (kbps)")).to_be_visible()
