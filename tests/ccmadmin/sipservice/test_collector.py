import contextlib
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from ccmadmin.sipservice.collector import STEP, Collector, making_what_stays


class Node:
    """Something that may refer to itself."""

    other: "Node"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Puts back what is changed for the whole process."""
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def nothing_young() -> None:
    """Lets each test begin with no object that the collector would look at."""
    gc.collect()
    gc.freeze()


def is_looked_at(it: object) -> bool:
    return any(each is it for each in gc.get_objects())


def make(count: int) -> list[Node]:
    return [Node() for _ in range(count)]


def lose_a_circle() -> Callable[[], Node | None]:
    """Return a way to ask whether it is still there."""
    lost = Node()
    lost.other = lost
    return weakref.ref(lost)


def test_what_is_loaded_is_not_looked_at_again() -> None:
    with making_what_stays():
        loaded = Node()
        assert not gc.isenabled()
    assert gc.isenabled()
    assert not is_looked_at(loaded)


def test_the_collector_goes_on_after_a_failure() -> None:
    with contextlib.suppress(KeyError), making_what_stays():
        raise KeyError("a database")
    assert gc.isenabled()


def test_circles_are_freed_when_there_are_many_new_objects_and_not_before() -> None:
    with Collector() as collector:
        assert not gc.isenabled()
        lost = lose_a_circle()
        few = make(STEP // 2)
        collector.look()
        assert lost() is not None
        more = make(STEP // 2)
        collector.look()
        assert lost() is None
        assert len(few) + len(more) == STEP
    assert gc.isenabled()


def test_each_object_is_looked_at_once() -> None:
    with Collector() as collector:
        old = make(STEP)
        assert is_looked_at(old[-1])
        collector.look()
        young = make(1)
        assert is_looked_at(young[0])
        assert not is_looked_at(old[-1])


def test_refreshes_pile_up_nothing_though_what_is_in_use_stands_still() -> None:
    with Collector() as collector:
        bindings = make(STEP)
        collector.look()
        lost = lose_a_circle()
        for index in range(STEP):
            bindings[index] = Node()
        collector.look()
        assert lost() is None
