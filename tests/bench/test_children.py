import sys
from pathlib import Path

import pytest

from bench import children


def test_a_program_runs_as_long_as_the_block(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import time; print('ready', flush=True); time.sleep(60)"
    with children.running([sys.executable, "-c", script], log) as process:
        children.wait_for(lambda: b"ready" in log.read_bytes(), process, log, seconds=10)
        assert process.poll() is None
    assert process.returncode


def test_one_that_ends_before_it_is_ready_shows_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with (
        children.running([sys.executable, "-c", "raise SystemExit('no luck')"], log) as process,
        pytest.raises(children.NotStartedError, match="no luck"),
    ):
        children.wait_for(lambda: False, process, log, seconds=10)


def test_what_a_program_prints_comes_back_and_a_failure_is_raised() -> None:
    assert children.run([sys.executable, "-c", "print(input())"], text="words\n") == "words\n"
    with pytest.raises(children.NotStartedError, match="broken"):
        children.run([sys.executable, "-c", "raise SystemExit('broken')"])


def test_a_free_port_is_one_that_nobody_listens_on() -> None:
    assert not children.listens(children.free_port())
