"""The three-way merge: what only the undone change touched goes back, the rest stays."""

from typing import Any

import pytest

from ccmadmin.models import (
    CallingSearchSpaceMember,
    ControlledDevice,
    LineAppearance,
    RolePermission,
)
from ccmadmin.services.merging import ConflictError, identity_of, list_taken_back, taken_back


@pytest.mark.parametrize(
    ("before", "after", "now", "left"),
    [
        ("a", "b", "b", "a"),  # as the change left it
        ("a", "b", "a", "a"),  # back already
        ("a", "a", "c", "c"),  # not touched by the change
        (None, "b", "b", None),
    ],
)
def test_a_value_goes_back_where_only_the_change_touched_it(
    before: Any, after: Any, now: Any, left: Any
) -> None:
    assert taken_back(before, after, now) == left


def test_a_value_that_is_a_third_one_by_now_is_a_conflict() -> None:
    with pytest.raises(ConflictError):
        taken_back("a", "b", "c")


def test_the_fields_of_a_row_are_merged_one_by_one() -> None:
    before, after = {"display": "A", "ring": "on"}, {"display": "B", "ring": "on"}
    now = {"display": "B", "ring": "off"}
    assert taken_back(before, after, now) == {"display": "A", "ring": "off"}


def test_rows_that_came_and_went_since_stay_so() -> None:
    left = list_taken_back(ControlledDevice, ["a", "b"], ["b"], ["c"])
    assert left == ["c", "a"]
    assert list_taken_back(ControlledDevice, ["a"], ["a", "b"], ["a", "b", "c"]) == ["a", "c"]


def test_rows_are_told_apart_by_what_must_not_repeat() -> None:
    def line(index: int, display: str) -> dict[str, Any]:
        return {"index": index, "directory_number": f"100{index}", "display": display}

    before, after = [line(1, "A"), line(2, "X")], [line(1, "B"), line(2, "X")]
    now = [line(1, "B"), line(2, "Y")]
    assert list_taken_back(LineAppearance, before, after, now) == [line(1, "A"), line(2, "Y")]
    permission = identity_of(RolePermission)
    assert permission is not None
    assert permission({"page": "device/*", "may_read": True}) == ("device/*",)


def test_a_row_that_was_removed_and_changed_is_a_conflict() -> None:
    row = {"page": "device/*", "may_update": False}
    with pytest.raises(ConflictError):
        list_taken_back(RolePermission, [row], [], [{**row, "may_update": True}])


def test_a_list_whose_order_matters_goes_back_as_a_whole_or_not() -> None:
    assert list_taken_back(CallingSearchSpaceMember, ["a"], ["b"], ["b"]) == ["a"]
    assert list_taken_back(CallingSearchSpaceMember, ["a"], ["b"], ["a"]) == ["a"]
    with pytest.raises(ConflictError):
        list_taken_back(CallingSearchSpaceMember, ["a"], ["b"], ["b", "c"])
