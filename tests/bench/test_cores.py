import os

import pytest

from bench import cores


def test_server_and_load_get_different_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: [2, 3, 5])
    made = cores.Cores()
    assert (made.server, made.load) == (2, 3)
    assert made.on_server_core(["runs"]) == ["taskset", "-c", "2", "runs"]


def test_one_core_is_too_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "available", lambda: [0])
    with pytest.raises(SystemExit, match="two cores"):
        cores.Cores()


def test_the_cores_are_those_that_we_may_use() -> None:
    assert set(cores.available()) == os.sched_getaffinity(0)
