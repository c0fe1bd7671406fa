"""Pages that are no form of one record, in a browser: the steps that each of them has."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.external.console import Console, watched
from tests.external.screen import Screen
from tests.phones.product import Product
from tests.phones.site import BASIC, add_phone, add_user

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("every page")]

USER, PHONE = "walker", "SEP00000000E001"
PARAMETERS = {
    # page: parameter, its value, another one, a wrong one with words of its error
    "system/service_parameter": (
        "SIP Station KeepAlive Interval",
        ("120", "240"),
        ("29", "is not a number from 30 to"),
    ),
    "system/enterprise_parameter": (
        "Cluster ID",
        ("StandAloneCluster", "House 3"),
        ("", "1 to 50 printable characters"),
    ),
}


@pytest.fixture(scope="module")
def peopled(site: Product) -> Product:
    """One user with a phone, and one administrator more."""
    add_user(site, USER, "secret")
    add_phone(site, PHONE, USER, "2101")
    groups = ["Standard CCM Super Users"]
    site.put("application-users/second/", password=site.password, groups=groups)
    return site


@pytest.fixture
def screen(desk: Page, peopled: Product) -> Iterator[Screen]:
    with watched(desk):
        yield Screen(desk, peopled.url)


@pytest.mark.parametrize("key", PARAMETERS)
def test_a_parameter_is_mended_edited_and_undone(
    screen: Screen, peopled: Product, key: str
) -> None:
    name, (before, after), (wrong, error) = PARAMETERS[key]
    screen.open(f"/{key}/")
    screen.expect_values({name: before})
    screen.fill({name: wrong})
    screen.press("Save")
    screen.expect_problem(name, error)
    screen.expect_values({name: wrong})
    screen.fill({name: after})
    screen.save("Update successful.")
    screen.open(f"/{key}/")
    screen.expect_values({name: after})
    row = screen.page.get_by_role("row", name=name)
    screen.leave_by(row.get_by_role("link", name="History"))
    screen.expect_newest_change(before, after)
    screen.undo_newest()
    screen.open(f"/{key}/")
    screen.expect_values({name: before})
    peopled.settle()


def test_set_to_default_is_looked_at_before_it_is_saved(screen: Screen, peopled: Product) -> None:
    label = "SIP Max Incoming Message Headers"
    screen.open("/system/service_parameter/")
    screen.fill({label: "50"})
    screen.save("Update successful.")
    screen.press("Set to Default")
    expect(screen.page.get_by_text("Not saved yet.")).to_be_visible()
    screen.expect_values({label: "100"})
    screen.save("Update successful.")
    screen.open("/system/service_parameter/")
    screen.expect_values({label: "100"})


def test_a_token_is_made_shown_once_and_revoked(screen: Screen, peopled: Product) -> None:
    screen.open("/usermgmt/api_token/")
    screen.press("Create Token")
    screen.expect_problem("Name", "required")
    screen.fill({"Name": "walk", "Expires After": "30 days"})
    screen.press("Create Token")
    secret = screen.page.locator("code.once")
    expect(secret).to_have_text(re.compile("^ccm_"))
    clear_text = secret.inner_text()
    screen.open("/usermgmt/api_token/")
    assert clear_text not in screen.page.content()
    screen.fill({"Name": "walk"})
    screen.press("Create Token")
    screen.expect_problem("Name", "already")
    screen.expect_values({"Name": "walk"})
    row = screen.page.get_by_role("row", name="walk")
    screen.leave_by(row.get_by_role("button", name="Revoke"))
    screen.expect_status("Token walk is revoked.")
    expect(row).to_have_count(0)


def test_the_calculator_names_a_wrong_number_and_calculates_a_right_one(
    screen: Screen, peopled: Product
) -> None:
    screen.open("/system/license_unit_calculator/")
    screen.fill({BASIC: "many"})
    screen.press("Calculate")
    field = screen.field(BASIC)
    expect(field).to_have_accessible_description(re.compile("“many” is not a number"))
    screen.expect_values({BASIC: "many"})
    screen.fill({BASIC: "200"})
    screen.press("Calculate")
    expect(screen.page.locator(".tile", has_text="Units Needed")).to_contain_text("600")
    expect(screen.page.get_by_text("Add a license grant")).to_be_visible()


def test_the_matrix_leads_to_the_region_that_keeps_a_relationship(
    screen: Screen, peopled: Product
) -> None:
    row = {"other_region": "Default", "audio_codec": "G.722"}
    peopled.put("regions/RG_Walk/", relationships=[row])
    screen.open("/system/region_matrix/")
    screen.fill({"Down: begins with": "RG_"})
    screen.press("Find")
    expect(screen.page.get_by_role("rowheader")).to_have_text(["RG_Walk"])
    screen.follow("G.722")
    screen.expect_values({"Region Name": "RG_Walk"})


def test_a_password_is_changed_by_its_user_only_with_the_old_one(
    browser: Browser, peopled: Product
) -> None:
    context = browser.new_context()
    screen = Screen(context.new_page(), peopled.url)
    with watched(screen.page, 401):  # a poll may still come from the session that is replaced
        Console(screen.page).sign_in(peopled, "second")
        screen.open("/account/")
        screen.follow("Change Password")
        new = {"New Password": "not-the-old-one", "Confirm Password": "not-the-old-one"}
        screen.fill({"Current Password": "guessed", **new})
        screen.press("Save")
        screen.expect_problem("Current Password", "not your current password")
        screen.fill({"Current Password": peopled.password, **new})
        screen.press("Save")
        screen.expect_status("Your password is changed.")
    context.close()


def test_devices_are_associated_with_a_user_and_the_change_is_undone(
    screen: Screen, peopled: Product
) -> None:
    screen.open("/usermgmt/end_user/")
    screen.follow(USER)
    screen.follow("Device Association")
    screen.page.get_by_label(f"Associate {PHONE}").check()
    screen.press("Save Selected/Changes")
    screen.expect_status("Update successful.")
    controlled = screen.page.locator("dt:text-is('Controlled Devices') + dd")
    expect(controlled).to_have_text(PHONE)
    screen.undo_from_message()
    expect(controlled).to_have_text("None.")


def test_a_line_is_taken_off_a_phone_and_put_back(screen: Screen, peopled: Product) -> None:
    screen.open("/device/phone/")
    screen.follow(PHONE)
    screen.follow("Line [1] - 2101")
    screen.fill({"Display (Internal Caller ID)": "Wal|ker"})
    screen.press("Save")
    screen.expect_problem("Display (Internal Caller ID)", "must not contain “|”")
    screen.fill({"Display (Internal Caller ID)": "Walker"})
    screen.save(f"Update successful. {PHONE} has 2101 on line 1.")
    screen.press(f"Remove from {PHONE}")
    screen.expect_status(f"2101 is no longer on {PHONE}.")
    expect(screen.page.get_by_role("link", name="Line [1] - Add a new DN")).to_be_visible()
    screen.undo_from_message()
    screen.open(f"/device/phone/{PHONE}/")
    expect(screen.page.get_by_role("link", name="Line [1] - 2101")).to_be_visible()
