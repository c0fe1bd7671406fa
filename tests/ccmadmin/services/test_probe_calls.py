"""Test calls as they are asked for; placing them is the SIP process's work."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from ccmadmin.models import Phone, ProbeCall, ServerState
from ccmadmin.services import probe_calls
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR, ADVANCED

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001002"


def server_runs(seconds_ago: int = 0) -> None:
    now = timezone.now()
    ServerState.objects.update_or_create(
        node="node-1",
        defaults={"started_at": now, "seen_at": now - timedelta(seconds=seconds_ago)},
    )


def phone() -> Phone:
    partition = site.add_partition()
    numbers = [site.add_number("1002", partition), site.add_number("1009")]
    return site.add_phone(NAME, numbers, model=ADVANCED)


def test_the_first_line_rings_unless_another_is_named() -> None:
    server_runs()
    called = phone()
    call = probe_calls.place(phone=called, actor=ACTOR)
    assert (call.phone, call.number, call.partition) == (NAME, "1002", "PT_Internal")
    assert (call.state, call.requested_by) == ("requested", ACTOR.user)
    ProbeCall.objects.update(state="over")
    other = probe_calls.place(phone=called, index=2, actor=ACTOR)
    assert (other.number, other.partition) == ("1009", "")
    assert probe_calls.newest(NAME) == other


def test_without_a_call_server_nothing_can_ring() -> None:
    called = phone()
    for state in ("none", "silent"):
        if state == "silent":
            server_runs(seconds_ago=60)
        with pytest.raises(ValidationError, match="not running"):
            probe_calls.place(phone=called, actor=ACTOR)
    assert not ProbeCall.objects.exists()


def test_a_phone_without_a_line_cannot_ring() -> None:
    server_runs()
    with pytest.raises(ValidationError, match="Add a directory number"):
        probe_calls.place(phone=site.add_phone("SEP000000000001"), actor=ACTOR)
    with pytest.raises(ValidationError, match="no line 7"):
        probe_calls.place(phone=phone(), index=7, actor=ACTOR)


def test_one_test_call_at_a_time_and_a_forgotten_one_does_not_block() -> None:
    server_runs()
    called = phone()
    call = probe_calls.place(phone=called, actor=ACTOR)
    with pytest.raises(ValidationError, match="under way"):
        probe_calls.place(phone=called, actor=ACTOR)
    ProbeCall.objects.filter(pk=call.pk).update(requested_at=timezone.now() - timedelta(minutes=5))
    assert probe_calls.place(phone=called, actor=ACTOR)


def test_old_calls_are_forgotten() -> None:
    server_runs()
    called = phone()
    call = probe_calls.place(phone=called, actor=ACTOR)
    old = timezone.now() - timedelta(days=2)
    ProbeCall.objects.filter(pk=call.pk).update(requested_at=old, state="over")
    probe_calls.place(phone=called, actor=ACTOR)
    assert ProbeCall.objects.count() == 1


def test_end_is_noted_for_calls_that_go_on() -> None:
    server_runs()
    assert not probe_calls.end(NAME)
    probe_calls.place(phone=phone(), actor=ACTOR)
    assert probe_calls.end(NAME)
    assert ProbeCall.objects.get().is_end_wanted
    ProbeCall.objects.update(state="over")
    assert not probe_calls.end(NAME)
