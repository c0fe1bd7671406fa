"""The change log's own table."""

from ccmadmin.models import ChangeLog


def test_an_entry_reads_as_revision_action_and_record() -> None:
    entry = ChangeLog(sequence=7, action="update", model="Phone", key="SEP000000001002")
    assert str(entry) == "7 update Phone SEP000000001002"


def test_entries_are_listed_newest_first() -> None:
    assert tuple(ChangeLog._meta.ordering) == ("-sequence",)
