import contextlib
import gc
from collections.abc import Iterator

import pytest

from ccmadmin.sipservice.collector import STEP, Collector, making_what_stays


class Node:
    """Something that may refer to itself."""

    other: "Node"


class Memory:
    """How many blocks are in use, as the test has it."""

    blocks = 1_000_000

    def __call__(self) -> int:
        return self.blocks


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    """Puts back what is changed for the whole process."""
    yield
    gc.enable()
    gc.unfreeze()


@pytest.fixture
def memory() -> Memory:
    return Memory()


def is_looked_at(it: object) -> bool:
    return any(each is it for each in gc.get_objects())


def circles() -> int:
    return sum(type(each) is Node for each in gc.get_objects())


def lose_a_circle() -> None:
    lost = Node()
    lost.other = lost


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


def test_circles_are_freed_when_memory_has_grown_and_not_before(memory: Memory) -> None:
    with Collector(memory) as collector:
        assert not gc.isenabled()
        lose_a_circle()
        memory.blocks += STEP - 1
        collector.look()
        assert circles() == 1
        memory.blocks += 1
        collector.look()
        assert circles() == 0
    assert gc.isenabled()


def test_it_waits_for_memory_to_grow_again(memory: Memory) -> None:
    with Collector(memory) as collector:
        memory.blocks += STEP
        collector.look()
        lose_a_circle()
        collector.look()
        assert circles() == 1
        memory.blocks += STEP
        collector.look()
        assert circles() == 0


def test_each_object_is_looked_at_once(memory: Memory) -> None:
    with Collector(memory) as collector:
        old = Node()
        assert is_looked_at(old)
        memory.blocks += STEP
        collector.look()
        young = Node()
        assert is_looked_at(young)
        assert not is_looked_at(old)


def test_by_default_it_asks_the_interpreter() -> None:
    with Collector() as collector:
        lose_a_circle()
        kept = [[each] for each in range(2 * STEP)]
        collector.look()
        assert circles() == 0
        assert len(kept) == 2 * STEP
