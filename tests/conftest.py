"""Tests of one `xdist_group` stay together on one worker.

pytest 9.2 names tests by a `NodeId`; pytest-xdist 3.8.0 still writes the group into the attribute
that held the name before, so that its groups have no effect (pytest-xdist #1386).
"""

from collections.abc import Sequence

import pytest
from _pytest.nodeid import coerce_node_id


def pytest_collection_modifyitems(config: pytest.Config, items: Sequence[pytest.Item]) -> None:
    if config.getoption("loadgroup", False):  # set in the workers of --dist loadgroup
        for item in items:
            name_group(item)


def name_group(item: pytest.Item) -> None:
    """Put the group behind the test's name, where the scheduler looks for it."""
    mark = item.get_closest_marker("xdist_group")
    if mark is not None:
        item._id = coerce_node_id(f"{item.nodeid}@{mark.args[0]}")
