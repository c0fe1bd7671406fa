"""What goes wrong goes wrong in the product's frame: a heading, what to do, and a way back."""

import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.external import axe
from tests.external.console import PATIENCE_MS, Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("every page")]

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PARTITION = "/callrouting/route_partition"


@pytest.fixture
def page(browser: Browser, site: Product) -> Iterator[Page]:
    """A signed-in browser page with axe."""
    context = browser.new_context(bypass_csp=True)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    Console(page).sign_in(site)
    axe.load(page)
    page.goto(site.url)
    yield page
    context.close()


def look_at(page: Page, name: str, heading: str) -> None:
    """The page that is open: its frame, its heading and its way back, for everybody."""
    main = page.get_by_role("main")
    expect(page.get_by_role("banner").get_by_role("link", name="ccmadmin")).to_be_visible()
    expect(main.get_by_role("heading", level=1)).to_contain_text(heading)
    expect(main.get_by_role("link").first).to_be_visible()
    assert page.locator("[style], style, script:not([src])").count() == 0
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert axe.violations(page) == []
            keep_picture(page, f"{name}-{width}-{scheme}")


def keep_picture(page: Page, name: str) -> None:
    """Keep one where SHOTS names a folder."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def status(answer: Response | None) -> int:
    assert answer is not None
    return answer.status


def test_a_host_name_that_is_not_the_servers(page: Page, site: Product) -> None:
    assert status(page.goto(f"http://elsewhere.localhost:{site.http_port}/")) == 400
    look_at(page, "400", "This request cannot be answered")
    expect(page.get_by_text("CCMADMIN_ALLOWED_HOSTS")).to_be_visible()


def test_a_page_that_no_role_of_the_user_allows(
    page: Page, browser: Browser, site: Product
) -> None:
    site.put("application-users/stranger/", password=site.password)
    page.get_by_role("button", name="Sign out").click()
    Console(page).sign_in(site, "stranger")
    assert status(page.goto(f"{site.url}/device/phone/")) == 403
    look_at(page, "403", "Your roles do not allow this")


def test_a_form_of_another_session(page: Page, site: Product) -> None:
    page.goto(f"{site.url}{PARTITION}/-/add/")
    field = page.get_by_label("Name", exact=True)
    field.fill("PT_Kept")
    # As in a browser that refuses cookies: with one, the page's script sends the token of today.
    page.context.clear_cookies(name="csrftoken")
    with page.expect_navigation() as going:
        page.get_by_role("button", name="Save").first.click()
    assert status(going.value) == 403
    look_at(page, "403-csrf", "Nothing was changed")
    page.go_back()
    expect(field).to_have_value("PT_Kept")


def test_an_address_without_a_page_and_a_record_that_is_not_there(
    page: Page, site: Product
) -> None:
    assert status(page.goto(f"{site.url}/nowhere/")) == 404
    look_at(page, "404", "There is no such page")
    assert status(page.goto(f"{site.url}{PARTITION}/PT_Nowhere/")) == 404
    look_at(page, "404-record", "There is no such page")
    expect(page.get_by_text("There is no Partition “PT_Nowhere”.")).to_be_visible()


def test_what_only_a_button_sends(page: Page, site: Product) -> None:
    path = "/usermgmt/application_user/ccmadministrator/"
    assert status(page.goto(f"{site.url}{path}-/lift/")) == 405
    look_at(page, "405", "This address cannot be used like that")
    page.get_by_role("link", name="Open the page").click()
    expect(page).to_have_url(site.url + path)


def test_a_form_that_is_too_large(page: Page, site: Product) -> None:
    page.goto(f"{site.url}{PARTITION}/-/add/")
    page.get_by_label("Name", exact=True).fill("PT_Large")
    field = page.get_by_label("Description", exact=True)
    field.evaluate("node => { node.value = 'x'.repeat(3e6); }")
    with page.expect_navigation() as going:
        page.get_by_role("button", name="Save").first.click()
    assert status(going.value) == 413
    look_at(page, "413", "This is too much at once")


def test_a_change_of_somebody_else_is_not_overwritten_unseen(page: Page, site: Product) -> None:
    site.put("route-partitions/PT_Both/", description="First")
    page.goto(f"{site.url}{PARTITION}/PT_Both/")
    page.get_by_label("Description", exact=True).fill("Mine")
    site.put("route-partitions/PT_Both/", description="Theirs")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("alert").first).to_contain_text("after you opened it (Description)")
    expect(page.get_by_label("Description", exact=True)).to_have_value("Mine")
    look_at(page, "conflict", "Partition Configuration")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_role("status").first).to_contain_text("Update successful.")


def test_a_record_that_somebody_deleted_meanwhile(page: Page, site: Product) -> None:
    site.put("route-partitions/PT_Gone/")
    page.goto(f"{site.url}{PARTITION}/PT_Gone/")
    page.get_by_label("Description", exact=True).fill("Mine")
    assert site.rest("DELETE", "route-partitions/PT_Gone/")[0] == 204
    with page.expect_navigation() as going:
        page.get_by_role("button", name="Save").first.click()
    assert status(going.value) == 404
    expect(page.get_by_role("alert")).to_contain_text("deleted Partition “PT_Gone”")
    expect(page.locator("dl.facts").first).to_contain_text("Mine")
    look_at(page, "404-gone", "Partition Configuration")
    assert status(page.goto(page.url)) == 404
    look_at(page, "404-deleted", "Partition Configuration")
    page.get_by_role("link", name="History").click()
    page.locator(".change").first.get_by_role("link", name="Undo").click()
    page.get_by_role("main").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status").first).to_contain_text("Undone: 1 change is taken back.")


def test_what_can_no_longer_be_undone(page: Page, site: Product) -> None:
    for text in ("First", "Second", "Third"):
        site.put("route-partitions/PT_Twice/", description=text)
    page.goto(f"{site.url}{PARTITION}/PT_Twice/-/history/")
    with page.expect_navigation() as going:
        page.locator(".change").nth(1).get_by_role("link", name="Undo").click()
    assert status(going.value) == 409
    expect(page.get_by_role("alert")).to_contain_text("Nothing was undone.")
    look_at(page, "409-undo", "Undo Revision")


def test_a_record_that_others_need_is_not_deleted(page: Page, site: Product) -> None:
    site.put("route-partitions/PT_Needed/")
    site.put("calling-search-spaces/CSS_Needs/", members=["PT_Needed"])
    page.goto(f"{site.url}{PARTITION}/PT_Needed/-/delete/")
    expect(page.get_by_text("cannot be deleted: the records below")).to_be_visible()
    expect(page.get_by_role("link", name="CSS_Needs")).to_be_visible()
    expect(page.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    look_at(page, "409-delete", "Delete Partition PT_Needed")


def test_a_mistake_of_ours(page: Page, site: Product) -> None:
    """A table that is not there stands for it."""
    database = sqlite3.connect(site.folder / "data" / "ccmadmin.sqlite3")
    database.execute("ALTER TABLE ccmadmin_location RENAME TO elsewhere")
    try:
        assert status(page.goto(f"{site.url}/system/location/")) == 500
        look_at(page, "500", "Something went wrong on our side")
        page.get_by_role("main").get_by_role("link", name="Home").click()
        expect(page.get_by_text("Sign out")).to_be_visible()
    finally:
        database.execute("ALTER TABLE elsewhere RENAME TO ccmadmin_location")
        database.close()
