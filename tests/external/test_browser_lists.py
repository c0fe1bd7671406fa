"""Lists in a browser: search, columns, saved searches, select all, Copy as curl; and no script."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.external.console import PATIENCE_MS, Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]

PARTITIONS = "/callrouting/route_partition/"


@pytest.fixture(scope="module")
def filled(site: Product) -> Product:
    for index in range(24):
        site.put(f"route-partitions/PT_{index:02}/", description=f"Floor {index % 3}")
    return site


@pytest.fixture
def plain(browser: Browser, filled: Product) -> Iterator[Page]:
    """A signed-in page of a browser that runs no script."""
    context = browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    Console(page).sign_in(filled)
    yield page
    context.close()


def test_the_search_box_finds_from_any_page_by_keyboard(console: Console, filled: Product) -> None:
    console.sign_in(filled)
    box = console.page.get_by_role("banner").get_by_role("searchbox")
    box.fill("PT_07")
    console.page.keyboard.press("Enter")
    console.page.get_by_role("link", name="PT_07").click()
    expect(console.page.get_by_label("Name", exact=True)).to_have_value("PT_07")


def test_the_command_line_is_copied_with_one_click(console: Console, filled: Product) -> None:
    console.sign_in(filled)
    page = console.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=filled.url)
    page.goto(filled.url + PARTITIONS + "?field=name&operator=ends&text=7")
    page.get_by_text("Copy as curl").click()
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -H")
    assert "/api/v1/route-partitions/?name__endswith=7" in copied


def test_columns_and_searches_are_kept_without_a_script(plain: Page, filled: Product) -> None:
    plain.goto(filled.url + "/device/phone/?field=name&operator=contains&text=0")
    plain.get_by_text("Columns", exact=True).click()
    plain.get_by_label("Location").check()
    plain.get_by_label("Status", exact=True).uncheck()
    plain.get_by_role("button", name="Show These Columns").click()
    plain.get_by_text("Save Search", exact=True).first.click()
    plain.get_by_label("Save this search as").fill("Zero phones")
    plain.get_by_role("button", name="Save Search").click()
    expect(plain.get_by_text("Search saved as “Zero phones”.")).to_be_visible()
    plain.goto(filled.url + "/device/phone/?clear=1")
    plain.get_by_role("link", name="Zero phones").click()
    expect(plain.get_by_label("Text")).to_have_value("0")


def test_all_found_records_are_deleted_without_a_script(plain: Page, filled: Product) -> None:
    plain.goto(filled.url + PARTITIONS + "?field=name&operator=begins&text=PT_&rows=10")
    plain.get_by_role("link", name="Select all 24 found records").click()
    expect(plain.get_by_text("All 24 found records are selected.")).to_be_visible()
    plain.get_by_role("button", name="Delete Selected").click()
    expect(plain.get_by_role("heading", name="Delete 24 records")).to_be_visible()
    plain.get_by_role("button", name="Delete Selected").click()
    expect(plain.get_by_text("24 records deleted.")).to_be_visible()


def test_a_narrow_list_has_no_sideways_scrolling(console: Console, filled: Product) -> None:
    console.sign_in(filled)
    console.page.set_viewport_size({"width": 320, "height": 800})
    console.page.goto(filled.url + "/system/location/?page=1")
    for summary in console.page.locator("main summary").all():
        summary.click()
    assert console.page.evaluate("document.documentElement.scrollWidth") == 320
