from hypothesis import given, settings
from hypothesis import strategies as st

from sipcore.wheel import Waiting, Wheel

MANY = 1000


class Key(Waiting):
    def __init__(self, name):
        super().__init__()
        self.name = name


def keys(*names):
    return [Key(name) for name in names]


def names(waiting):
    return [each.name for each in waiting]


def test_a_key_comes_up_at_its_time_rounded_up_and_only_once():
    wheel: Wheel[Key] = Wheel()
    key = Key("a")
    wheel.look_at(key, 10.2)
    assert wheel.next_deadline() == 11
    assert len(wheel) == 1
    assert wheel.pop_due(10.9, MANY) == []
    assert wheel.pop_due(11.0, MANY) == [key]
    assert wheel.pop_due(99.0, MANY) == []
    assert wheel.next_deadline() is None
    assert len(wheel) == 0


def test_keys_come_up_in_the_order_of_time():
    wheel: Wheel[Key] = Wheel()
    for name, at in (("late", 30.0), ("early", 10.0), ("between", 20.0)):
        wheel.look_at(Key(name), at)
    assert names(wheel.pop_due(25.0, MANY)) == ["early", "between"]
    assert wheel.next_deadline() == 30


def test_no_more_come_up_at_once_than_are_asked_for_and_none_is_lost():
    wheel: Wheel[Key] = Wheel()
    for key in keys(*range(7)):
        wheel.look_at(key, 10.0)
    wheel.look_at(Key(7), 11.0)
    first = wheel.pop_due(12.0, 3)
    assert (len(first), wheel.next_deadline()) == (3, 10)
    second, third = wheel.pop_due(12.0, 3), wheel.pop_due(12.0, 3)
    assert sorted(names(first + second + third)) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert third[-1].name == 7
    assert wheel.next_deadline() is None


def test_a_later_deadline_changes_nothing_and_an_earlier_one_counts():
    wheel: Wheel[Key] = Wheel()
    key = Key("a")
    wheel.look_at(key, 10.0)
    wheel.look_at(key, 20.0)
    assert wheel.next_deadline() == 10
    wheel.look_at(key, 5.0)
    assert wheel.next_deadline() == 5
    assert wheel.pop_due(30.0, MANY) == [key]


def test_what_is_forgotten_does_not_come_up_and_is_no_deadline():
    wheel: Wheel[Key] = Wheel()
    a, b, c = keys("a", "b", "c")
    for key, at in ((a, 10.0), (b, 10.0), (c, 20.0)):
        wheel.look_at(key, at)
    wheel.forget(a)
    wheel.forget(a)
    assert wheel.next_deadline() == 10
    wheel.forget(b)
    assert wheel.next_deadline() == 20
    assert len(wheel) == 1
    assert wheel.pop_due(20.0, MANY) == [c]


def test_what_was_forgotten_can_come_again_at_the_same_time():
    wheel: Wheel[Key] = Wheel()
    key = Key("a")
    wheel.look_at(key, 10.0)
    wheel.forget(key)
    wheel.look_at(key, 10.0)
    assert wheel.pop_due(10.0, MANY) == [key]


@given(
    st.lists(
        st.tuples(st.integers(0, 4), st.sampled_from([-1.0, 0.5, 1.0, 3.5, 60.0, 3600.0])),
        max_size=60,
    )
)
@settings(database=None)
def test_every_key_comes_up_within_a_second_after_its_first_deadline(steps):
    """Time goes on by half a second; -1 forgets a key."""
    wheel: Wheel[Key] = Wheel()
    known = keys(*range(5))
    expected: dict[Key, float] = {}
    for step, (name, wait) in enumerate(steps):
        key = known[name]
        now = step / 2
        due = wheel.pop_due(now, MANY)
        for each in due:
            assert expected.pop(each) <= now
        assert all(at + 1 > now for at in expected.values())
        if wait < 0:
            wheel.forget(key)
            expected.pop(key, None)
        else:
            wheel.look_at(key, now + wait)
            expected[key] = min(now + wait, expected.get(key, now + wait))
    assert len(wheel) == len(expected)
