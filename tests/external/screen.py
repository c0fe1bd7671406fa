"""Hand and eye of an administrator at one screen: fields and buttons by their labels."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

ON, OFF = "on", "off"
"""What is "typed" into a check box or a radio button."""
WHO = "ccmadministrator"
CONTROLS = "input, select, textarea"
SHOWN_VALUE = """node => ["checkbox", "radio"].includes(node.type)
  ? (node.checked ? "on" : "off")
  : node.tagName === "SELECT" ? node.selectedOptions[0].text : node.value"""


@dataclass
class Screen:
    """A page of the console in the browser of somebody who is signed in."""

    page: Page
    url: str

    def open(self, path: str = "") -> None:
        self.page.goto(self.url + path)

    def press(self, name: str) -> None:
        self.leave_by(self.page.get_by_role("main").get_by_role("button", name=name, exact=True))

    def follow(self, name: str) -> None:
        self.leave_by(self.page.get_by_role("main").get_by_role("link", name=name, exact=True))

    def leave_by(self, control: Locator) -> None:
        """Click, and wait for the next page: this one may have fields of the same labels."""
        with self.page.expect_navigation():
            control.first.click()

    def field(self, label: str) -> Locator:
        """Return the control with this label, also in a row of a list."""
        in_row = f'ol.rows label:has(> span:text-is("{label}")) > :is({CONTROLS})'
        labelled = self.page.get_by_role("main").get_by_label(label, exact=True)
        return labelled.or_(self.page.locator(in_row))

    def fill(self, values: Mapping[str, str]) -> None:
        for label, value in values.items():
            field = self.field(label)
            if value in (ON, OFF):
                field.set_checked(value == ON)
            elif field.evaluate("node => node.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)

    def save(self, text: str) -> None:
        self.press("Save")
        self.expect_status(text)

    def undo_from_message(self) -> None:
        self.leave_by(self.page.get_by_role("status").get_by_role("button", name="Undo"))
        self.expect_status("Undone:")

    def undo_newest(self) -> None:
        """From History: look at what undoing will write, and undo."""
        newest = self.page.locator(".change").first
        self.leave_by(newest.get_by_role("link", name="Undo"))
        expect(self.page.get_by_role("heading", name="What undoing will write")).to_be_visible()
        self.press("Undo")
        self.expect_status("Undone: 1 change is taken back.")

    def expect_status(self, text: str) -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(text)

    def expect_values(self, values: Mapping[str, str]) -> None:
        """Whether this stands in the form; a password never does."""
        for label, value in values.items():
            field = self.field(label)
            is_secret = field.get_attribute("type") == "password"
            shown = field.evaluate(SHOWN_VALUE)
            assert shown == ("" if is_secret else value), f"{label}: {shown}"

    def expect_problem(self, label: str, error: str) -> None:
        """The error stands beside its field, is read out with it, and a summary leads there."""
        summary = self.page.get_by_role("alert").first
        expect(summary).to_contain_text("Not saved: 1 field needs attention.")
        expect(summary).to_contain_text(error)
        field = self.field(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_accessible_description(re.compile(re.escape(error)))
        summary.get_by_role("link", name=label).click()
        expect(field).to_be_focused()

    def expect_newest_change(self, before: str, after: str) -> None:
        """History names who, when, and one field before and after."""
        newest = self.page.locator(".change").first
        expect(newest.get_by_role("heading")).to_have_text("Changed")
        expect(newest).to_contain_text(WHO)
        expect(newest.locator("time")).to_be_visible()
        expect(newest.locator("tbody tr")).to_have_count(1)
        expect(newest.locator("del")).to_have_text(before)
        expect(newest.locator("ins")).to_have_text(after)
