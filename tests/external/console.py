"""An administrator at the console: what a test does with mouse and keyboard."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.sync_api import ConsoleMessage, Page, expect

from tests.phones.product import Product

PATIENCE_MS = 30_000
"""What a page may take on a slow machine that runs two tests at once; none is measured here."""
expect.set_options(timeout=PATIENCE_MS)


@contextlib.contextmanager
def watched(page: Page, *expected: int) -> Iterator[None]:
    """An error of a script or of the CSP in this block fails the test.

    So does an answer with an error status, but for those `expected` and 422, which is how a form
    with an error comes back.
    """
    problems: list[str] = []
    told = tuple(f"status of {code}" for code in (422, *expected))

    def note(line: ConsoleMessage) -> None:
        # Chromium logs every answer with an error status.
        if line.type == "error" and not any(text in line.text for text in told):
            problems.append(line.text)

    def note_error(error: Exception) -> None:
        problems.append(str(error))

    page.on("pageerror", note_error)
    page.on("console", note)
    yield
    page.remove_listener("pageerror", note_error)
    page.remove_listener("console", note)
    assert not problems, "\n".join(problems)


@dataclass
class Console:
    """A browser page of somebody who is signed in."""

    page: Page

    def sign_in(self, site: Product, userid: str = "ccmadministrator") -> None:
        self.page.goto(site.url)
        self.page.get_by_label("User ID").fill(userid)
        self.page.get_by_label("Password", exact=True).fill(site.password)
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_text("Sign out")).to_be_visible()

    def open_menu(self, menu: str, entry: str) -> None:
        """Open a menu by keyboard and choose an entry with the mouse."""
        bar = self.page.get_by_role("navigation", name="Main")
        bar.get_by_text(menu, exact=True).focus()
        self.page.keyboard.press("Enter")
        bar.get_by_role("link", name=entry, exact=True).click()

    def add_new(self, menu: str, entry: str) -> None:
        self.open_menu(menu, entry)
        self.page.get_by_role("link", name="Add New").first.click()

    def fill(self, **fields: str) -> None:
        """Type into fields or choose from drop-downs, by their label with "_" for a blank."""
        for name, value in fields.items():
            self.fill_in(name.replace("_", " "), value)

    def fill_in(self, label: str, value: str) -> None:
        field = self.page.get_by_role("main").get_by_label(label).first
        if field.evaluate("node => node.tagName") == "SELECT":
            field.select_option(label=value)
        else:
            field.fill(value)

    def choose_type(self, model: str) -> None:
        self.fill_in("Phone Type", model)
        self.page.get_by_role("button", name="Next").click()

    def save(self, status: str) -> None:
        self.page.get_by_role("button", name="Save").first.click()
        expect(self.page.get_by_role("status").first).to_contain_text(status)
