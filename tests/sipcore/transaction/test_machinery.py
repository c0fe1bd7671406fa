"""What all transactions have in common: octets, timers, and how long they are known."""

import pytest

from sipcore.errors import StateError
from sipcore.message import Response
from tests.sipcore.transaction.ladder import TCP, Ladder, request


def test_what_is_over_is_not_known_any_more() -> None:
    with pytest.raises(StateError, match="transaction 7 is over"):
        Ladder().layer.request_of(7)
    with pytest.raises(StateError, match="transaction 7 is over"):
        Ladder().layer.flow_of(7)


def test_who_handles_an_event_still_knows_the_transaction_that_it_ended() -> None:
    ladder = Ladder()
    ladder.sends("BYE", TCP)
    ladder.hears_answer(200, flow=TCP)
    assert ladder.is_clean()
    assert ladder.layer.request_of(ladder.key).method == "BYE"
    assert ladder.layer.flow_of(ladder.key) == TCP
    ladder.layer.expire(0.0)
    with pytest.raises(StateError, match="is over"):
        ladder.layer.request_of(ladder.key)


def test_a_host_that_slept_catches_up_without_an_error() -> None:
    ladder = Ladder()
    ladder.sends("INVITE")
    ladder.sends("BYE")
    ladder.hears(request())
    ladder.responds(486)
    ladder.hears(request("OPTIONS", call_id="other"))
    ladder.now = 1000.0
    for _ in range(3):
        ladder.now += 1000
        ladder.layer.expire(ladder.now)
    assert ladder.is_clean()


def test_repetitions_are_made_from_octets_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.responds(486)
    monkeypatch.setattr(Response, "to_bytes", lambda _: pytest.fail("serialised again"))
    ladder.layer.expire(0.5)
    assert len(ladder.layer.take_outbox()) == 1
