import asyncio
import sys

import pytest

from ccmadmin.sipservice.loops import NAMES, LoopError, loop_factory


@pytest.mark.parametrize("name", NAMES)
def test_each_loop_runs(name: str) -> None:
    async def which() -> str:
        return type(asyncio.get_running_loop()).__module__

    with asyncio.Runner(loop_factory=loop_factory(name)) as runner:
        assert runner.run(which()).startswith(name.removesuffix("io"))


def test_a_loop_that_is_not_installed_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "uvloop", None)
    with pytest.raises(LoopError, match="not installed: run `make extras`"):
        loop_factory("uvloop")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(LoopError, match="CCMADMIN_EVENT_LOOP=trio: choose one of asyncio, uvloop"):
        loop_factory("trio")
