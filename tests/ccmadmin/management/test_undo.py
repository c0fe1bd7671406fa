"""manage.py undo: for what is too much for a page."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ccmadmin.models import ChangeLog, RoutePartition
from ccmadmin.services import records, undo
from ccmadmin.services.changes import Actor
from tests.ccmadmin import site

pytestmark = pytest.mark.usefixtures("installed")


def newest() -> int:
    return ChangeLog.objects.latest("sequence").sequence


def run(revision: int, *arguments: str) -> str:
    out = StringIO()
    call_command("undo", str(revision), *arguments, stdout=out)
    return out.getvalue()


def test_a_whole_request_is_undone_however_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(undo, "LARGEST", 1)
    actor = Actor(user="tester", source="import", request_id="job-1")
    for name in ("PT_A", "PT_B"):
        records.save(RoutePartition(name=name), actor=actor)
    told = run(newest(), "--whole-request", "--reason", "wrong file")
    assert told == "Deleted Partition PT_B\nDeleted Partition PT_A\n"
    assert not RoutePartition.objects.exists()
    entry = ChangeLog.objects.latest("sequence")
    assert (entry.source, entry.comment) == ("command", "wrong file")


def test_a_dry_run_tells_and_writes_nothing() -> None:
    site.add_partition("PT_A")
    assert run(newest(), "--dry-run") == "Deleted Partition PT_A\n"
    assert RoutePartition.objects.exists()


def test_what_is_in_the_way_is_told_with_who_did_it() -> None:
    partition = site.add_partition("PT_A")
    created = newest()
    partition.description = "Inside"
    records.save(partition, actor=site.ACTOR)
    with pytest.raises(CommandError) as raised:
        run(created)
    assert str(raised.value).startswith("Nothing was undone.\nPartition “PT_A”: Description")
    assert f"(Revision {newest()}: Changed Partition PT_A by tester)" in str(raised.value)


def test_mistakes_in_the_command_are_named() -> None:
    with pytest.raises(CommandError, match="there is no revision 999999"):
        run(999999)
    site.add_partition("PT_A")
    with pytest.raises(CommandError, match="255 characters at most"):
        run(newest(), "--reason", "x" * 256)
