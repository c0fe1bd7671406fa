"""Refusals are described once."""

from ccmadmin.pages.api.refusals import REASONS, StillUsedSerializer, errors


def test_each_status_has_a_name_of_its_own() -> None:
    names = [reason.name for reason in REASONS.values()]
    assert len(names) == len(set(names))


def test_only_a_record_in_use_lists_what_depends_on_it() -> None:
    assert [code for code in REASONS if errors(code).response is StillUsedSerializer] == [409]
