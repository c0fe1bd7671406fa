from dataclasses import field, fields, replace

import pytest

from sipcore.values import Enum, dataclass


@dataclass(frozen=True, slots=True)
class Place:
    host: str
    port: int = 5060
    notes: dict[str, str] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class Counter:
    count: int = 0


def test_values_compare_and_serve_as_keys() -> None:
    assert Place("a") == Place("a", 5060)
    assert {Place("a"): 1}[Place("a", notes={})] == 1
    assert replace(Place("a"), port=5080) == Place("a", 5080)
    assert [each.name for each in fields(Place)] == ["host", "port", "notes"]


def test_what_may_change_is_no_key() -> None:
    with pytest.raises(TypeError):
        hash(Counter())


def test_members_of_an_enum_are_equal_to_themselves_alone() -> None:
    one, other = Enum("One", "A B"), Enum("Other", "A B")
    table = {one.A: 1, one.B: 2, other.A: 3}
    assert [table[each] for each in (one.A, one.B, other.A)] == [1, 2, 3]
    assert other.B not in table
    assert one["A"] is one.A
    assert [each.name for each in one] == ["A", "B"]
