"""Groups of tests reach the scheduler of pytest-xdist."""

import pytest
from xdist.scheduler import LoadGroupScheduling

from tests.conftest import name_group


@pytest.mark.xdist_group("one worker")
@pytest.mark.parametrize("value", ["a::b[c]", "d"])
def test_a_test_is_scheduled_with_its_group(request: pytest.FixtureRequest, value: str) -> None:
    item = request.node
    known = item.nodeid.removesuffix("@one worker")
    name_group(item)
    scheduler = LoadGroupScheduling.__new__(LoadGroupScheduling)  # it needs no workers for this
    assert item.nodeid.startswith(known)
    assert scheduler._split_scope(item.nodeid) == "one worker"


def test_a_test_without_a_group_keeps_its_name(request: pytest.FixtureRequest) -> None:
    known = request.node.nodeid
    name_group(request.node)
    assert request.node.nodeid == known
