"""The way of a record through its page in a browser, step by step, as an administrator goes it."""

from playwright.sync_api import expect

from tests.external.screen import Screen
from tests.external.trips import Trip


class Roundtrip(Screen):
    """The steps; `url` is the page's Find and List."""

    def add(self, trip: Trip) -> None:
        self.open()
        self.follow("Add New")
        if trip.phone_type:
            self.fill({"Phone Type": trip.phone_type})
            self.press("Next")
        if trip.row:
            rows = self.page.locator(f"#{trip.row}")
            self.leave_by(rows.get_by_role("button", name="Add a row"))
        self.fill(trip.fields)

    def save_wrong(self, trip: Trip) -> None:
        """The error names its field, and nothing that was typed is lost."""
        wrong = trip.wrong
        self.fill({wrong.label: wrong.text})
        self.press("Save")
        self.expect_problem(wrong.label, wrong.error)
        self.expect_values({**trip.fields, wrong.label: wrong.text})

    def cure(self, trip: Trip) -> None:
        """Only what was wrong is typed again, not even a password."""
        self.fill({trip.wrong.label: trip.fields[trip.wrong.label]})
        self.save("Add successful.")
        self.expect_values(trip.fields)
        self.open()
        self.expect_listed(trip.key)

    def edit(self, trip: Trip) -> None:
        label, value = trip.edit
        self.follow(trip.key)
        self.fill({label: value})
        self.save("Update successful.")
        self.page.reload()
        self.expect_values({label: value})

    def copy(self, trip: Trip) -> None:
        """The copy begins with what the record has, but for its name and its secrets."""
        self.follow("Copy")
        self.expect_values({**trip.edited_fields, **dict.fromkeys(trip.copy, "")})
        self.fill(trip.copy)
        self.save("Add successful.")
        self.open()
        self.expect_listed(trip.edited_key)
        self.expect_listed(trip.copy_key)

    def look_at_history(self, trip: Trip) -> None:
        self.follow(trip.edited_key)
        self.follow("History")
        self.expect_newest_change(*trip.before_and_after)
        named = self.page.locator(".change").first.locator("tbody td.name")
        expect(named).to_contain_text(trip.edit[0])

    def undo_edit(self, trip: Trip) -> None:
        label = trip.edit[0]
        self.undo_newest()
        self.expect_values({label: trip.fields[label]})

    def delete_copy(self, trip: Trip) -> None:
        self.open()
        self.follow(trip.copy_key)
        self.follow("Delete")
        expect(self.page.get_by_role("heading", level=1)).to_contain_text(trip.copy_key)
        expect(self.page.get_by_text("You are about to delete")).to_be_visible()
        self.press("Delete")
        self.expect_status(f"{trip.copy_key} deleted.")
        self.expect_listed(trip.copy_key, is_listed=False)

    def undo_deletion(self, trip: Trip) -> None:
        """The message that tells of the deletion offers to undo it."""
        self.undo_from_message()
        self.open()
        self.expect_listed(trip.copy_key)
        self.expect_listed(trip.key)

    def expect_listed(self, key: str, *, is_listed: bool = True) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_contain_text("Find and List")
        link = self.page.locator("td.name").get_by_role("link", name=key, exact=True)
        expect(link).to_have_count(int(is_listed))
