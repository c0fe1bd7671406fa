"""What must hold for every machine, found by walking through all that can happen to it."""

from enum import Enum

import pytest

from sipcore.message import Response, make_response
from sipcore.timers import Timers
from sipcore.transaction.actions import Action, Machine, StartTimer, StopTimer
from sipcore.transaction.invite_client import InviteClient
from sipcore.transaction.invite_server import InviteServer
from sipcore.transaction.non_invite_client import NonInviteClient
from sipcore.transaction.non_invite_server import NonInviteServer
from tests.sipcore.transaction.ladder import request

MACHINES = [InviteClient, NonInviteClient, InviteServer, NonInviteServer]
DEPTH = 6


def run(machine: Machine, running: set[Enum], actions: list[Action]) -> None:
    """Do what the layer does with timers."""
    for action in actions:
        match action:
            case StartTimer(on, seconds) if seconds > 0:
                running.add(on)
            case StartTimer(on, _):
                assert action is actions[-1], "a timer of 0 s is the last action"
                run(machine, running, machine.step(on))
            case StopTimer(on):
                running.discard(on)


def walk(kind: type[Machine], path: list[Enum], timers: Timers) -> tuple[Machine, set[Enum]]:
    """Play the inputs of `path`; the machine and the timers that run are what comes of it."""
    invite = request()
    machine = kind(invite, timers)  # type: ignore[call-arg]  # all four take these two
    running: set[Enum] = set()
    run(machine, running, machine.start())
    for on in path:
        running.discard(on)
        message = invite if on.name in ("REQUEST", "ACK", "CANCEL") else answer_for(on)
        run(machine, running, machine.step(on, message))
    return machine, running


def answer_for(on: Enum) -> Response | None:
    status = {"PROVISIONAL": 180, "SUCCESS": 200, "FAILURE": 486, "FINAL": 200}.get(on.name)
    return make_response(request(), status, to_tag="x") if status else None


def possible(machine: Machine, running: set[Enum]) -> list[Enum]:
    """Name the inputs that can come now: of the timers only those that run."""
    return [on for on in machine.inputs if not on.name.startswith("TIMER_") or on in running]


@pytest.mark.parametrize("is_reliable", [False, True], ids=["UDP", "TCP"])
@pytest.mark.parametrize("kind", MACHINES, ids=lambda kind: kind.__name__)
def test_every_timer_that_runs_has_a_row_and_none_outlives_the_machine(
    kind: type[Machine], is_reliable: bool
) -> None:
    timers = Timers(is_reliable=is_reliable)
    seen = set()
    paths: list[list[Enum]] = [[]]
    for path in paths:
        machine, running = walk(kind, path, timers)  # StateError would fail the test
        here = (machine.state, frozenset(running))  # type: ignore[attr-defined]  # all have it
        if machine.is_over:
            assert running == set(), path
        if here not in seen or len(path) < 3:
            seen.add(here)
            if len(path) < DEPTH:
                paths.extend([*path, on] for on in possible(machine, running))


@pytest.mark.parametrize("kind", MACHINES, ids=lambda kind: kind.__name__)
def test_every_status_is_an_input(kind: type[Machine]) -> None:
    for status in range(100, 700):
        assert kind.input_of(status) in kind.inputs
