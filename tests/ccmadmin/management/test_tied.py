"""A command tied to its parent; that it ends with it is seen in test_supervisor."""

import os
import subprocess
import sys

import pytest

from ccmadmin.management import tied

pytestmark = pytest.mark.external

TIED = tied.__file__


def run(parent: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, TIED, str(parent), sys.executable, "-c", "print('runs')"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_command_takes_the_place_of_the_program() -> None:
    done = run(os.getpid())
    assert (done.returncode, done.stdout, done.stderr) == (0, "runs\n", "")


def test_a_parent_that_is_gone_already_starts_nothing() -> None:
    done = run(parent=os.getppid())
    assert (done.returncode, done.stdout) == (1, "")


def test_elsewhere_than_on_linux_the_command_just_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(tied.sys, "platform", "darwin")
    monkeypatch.setattr(tied.ctypes, "CDLL", pytest.fail)
    monkeypatch.setattr(tied.os, "execvp", lambda name, command: ran.append(command))
    tied.main(os.getppid(), ["true"])
    assert ran == [["true"]]
