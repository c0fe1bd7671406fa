"""In a browser: a reason beside a change, History with before and after, Undo and its refusal."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.external.console import Console
from tests.phones.product import Product

pytestmark = [pytest.mark.external, pytest.mark.xdist_group("browser")]

PARTITIONS = "/callrouting/route_partition/"


def press_undo(page: Page) -> None:
    page.get_by_role("status").get_by_role("button", name="Undo").click()


def describe(page: Page, text: str, reason: str = "") -> None:
    page.get_by_label("Description", exact=True).fill(text)
    page.get_by_label("Reason", exact=True).fill(reason)


def add_partition(console: Console, site: Product, name: str) -> None:
    console.page.goto(f"{site.url}{PARTITIONS}-/add/")
    console.page.get_by_label("Name", exact=True).fill(name)
    console.save("Add successful.")


def shoot(page: Page, name: str) -> None:
    """Keep a picture where SHOTS names a folder, wide, narrow and in the dark."""
    folder = os.environ.get("SHOTS")
    if not folder:
        return
    for width, scheme in ((1280, "light"), (1280, "dark"), (320, "light")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of its words
        file = Path(folder) / f"{name}-{width}-{scheme}.png"
        page.screenshot(path=file, full_page=True)
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert over <= 0, f"{name} is wider than {width} by {over}"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def test_a_change_is_undone_and_redone_from_the_message(console: Console, site: Product) -> None:
    console.sign_in(site)
    add_partition(console, site, "PT_Undo")
    describe(console.page, "Inside", "for the test")
    console.save("Update successful.")
    shoot(console.page, "saved")
    press_undo(console.page)
    expect(console.page.get_by_role("status").first).to_contain_text("Undone: 1 change")
    expect(console.page.get_by_label("Description", exact=True)).to_have_value("")
    press_undo(console.page)
    expect(console.page.get_by_label("Description", exact=True)).to_have_value("Inside")


def test_history_shows_the_reason_and_undoes_a_change(console: Console, site: Product) -> None:
    console.sign_in(site)
    add_partition(console, site, "PT_History")
    describe(console.page, "Inside", "moved in")
    console.save("Update successful.")
    console.page.get_by_role("link", name="History").click()
    newest = console.page.locator(".change").first
    expect(newest).to_contain_text("Reason: moved in")
    expect(newest.locator("ins")).to_have_text("Inside")
    shoot(console.page, "history")
    newest.get_by_role("link", name="Undo").click()
    expect(console.page.get_by_role("heading", name="What undoing will write")).to_be_visible()
    expect(console.page.locator("del")).to_have_text("Inside")
    console.page.get_by_label("Reason", exact=True).fill("moved out")
    shoot(console.page, "undo")
    console.page.get_by_role("button", name="Undo").click()
    expect(console.page.get_by_label("Description", exact=True)).to_have_value("")
    console.page.get_by_role("link", name="History").click()
    expect(console.page.locator(".change").first).to_contain_text("Undoes revision")
    expect(console.page.locator(".change").nth(1)).to_contain_text("Undone by ccmadministrator")
    shoot(console.page, "history-undone")


def test_a_later_change_in_the_way_is_named_and_leads_there(
    console: Console, site: Product
) -> None:
    console.sign_in(site)
    add_partition(console, site, "PT_Conflict")
    for text in ("Inside", "Outside"):
        describe(console.page, text)
        console.save("Update successful.")
    console.page.get_by_role("link", name="History").click()
    address = console.page.locator(".change").nth(1).get_by_role("link", name="Undo")
    answer = console.page.request.get(f"{site.url}{address.get_attribute('href')}")
    assert answer.status == 409
    assert "Nothing was undone." in answer.text()


def test_delete_selected_is_undone_in_one(console: Console, site: Product) -> None:
    console.sign_in(site)
    for name in ("PT_Many_1", "PT_Many_2"):
        add_partition(console, site, name)
    console.page.goto(f"{site.url}{PARTITIONS}?field=name&operator=begins&text=PT_Many")
    for name in ("PT_Many_1", "PT_Many_2"):
        console.page.get_by_label(f"Select {name}").check()
    console.page.get_by_role("button", name="Delete Selected").click()
    console.page.get_by_label("Reason", exact=True).fill("tidied")
    shoot(console.page, "delete-selected")
    console.page.get_by_role("button", name="Delete Selected").click()
    expect(console.page.get_by_role("status").first).to_contain_text("2 records deleted.")
    shoot(console.page, "deleted")
    press_undo(console.page)
    expect(console.page.get_by_role("status").first).to_contain_text("Undone: 2 changes")
    expect(console.page.get_by_role("link", name="PT_Many_2", exact=True)).to_be_visible()
