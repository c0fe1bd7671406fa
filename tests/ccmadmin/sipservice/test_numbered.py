import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccmadmin.sipservice.numbered import PLACES, Numbered

KEYS = st.sampled_from([0, 1, 2, PLACES - 1, PLACES, 7 * PLACES + 3, 10**12])


def numbered() -> Numbered[str]:
    made: Numbered[str] = Numbered()
    made[1] = "one"
    made[1_000_000] = "million"
    return made


def test_a_value_is_found_by_its_number() -> None:
    made = numbered()
    assert made[1] == made.get(1) == "one"
    assert made[1_000_000] == "million"
    assert 1 in made
    assert list(made.values()) == ["one", "million"]


def test_what_is_not_there_is_none_or_an_error() -> None:
    made = numbered()
    assert made.get(2) is None
    assert made.get(5 * PLACES) is None
    assert made.pop(2) is None
    assert 2 not in made
    with pytest.raises(KeyError):
        made[2]
    with pytest.raises(KeyError):
        del made[2]


def test_a_value_can_be_replaced_and_taken_out() -> None:
    made = numbered()
    made[1] = "uno"
    assert len(made) == 2
    assert made.pop(1) == "uno"
    del made[1_000_000]
    assert len(made) == 0
    assert list(made.values()) == []


@given(st.lists(st.tuples(KEYS, st.booleans())))
def test_it_does_as_a_dictionary_does(steps: list[tuple[int, bool]]) -> None:
    made: Numbered[int] = Numbered()
    expected: dict[int, int] = {}
    for step, (key, is_there) in enumerate(steps):
        if is_there:
            made[key] = expected[key] = step
        else:
            assert made.pop(key) == expected.pop(key, None)
        assert len(made) == len(expected)
        assert made.get(key) == expected.get(key)
    assert sorted(made.values()) == sorted(expected.values())
