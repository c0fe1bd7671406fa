"""What is served when too much comes: the policy, and the engine that obeys it."""

import pytest

from sipcore.engine.overload import (
    BOUNDS,
    LEAST_RETRY_S,
    RETRY_SPREAD_S,
    Overload,
    Rank,
    rank,
)
from sipcore.message import Request, parse_message
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import FixedTokens, Handset, handsets, headers_of, status_of

URI = "sip:192.0.2.1"


def request(method: str, **headers: object) -> Request:
    message = parse_message(handsets()["1001"].request(method, URI, **headers))
    assert isinstance(message, Request)
    return message


@pytest.mark.parametrize(
    ("made", "is_registered", "expected"),
    [
        (request("BYE", To=f"<{URI}>;tag=ours"), False, Rank.BEGUN),
        (request("CANCEL"), False, Rank.BEGUN),
        (request("INVITE"), True, Rank.REGISTERED),
        (request("REGISTER"), True, Rank.REGISTERED),
        (request("REGISTER", Authorization="Digest x"), False, Rank.HALF_WAY),
        (request("REGISTER"), False, Rank.STRANGER),
        (request("OPTIONS"), False, Rank.STRANGER),
    ],
)
def test_what_is_lost_by_a_refusal(made: Request, is_registered: bool, expected: Rank) -> None:
    assert rank(made, is_registered=is_registered) is expected


def test_ranks_are_refused_one_after_the_other() -> None:
    overload = Overload(FixedTokens())
    for lower, higher in ((Rank.STRANGER, Rank.HALF_WAY), (Rank.HALF_WAY, Rank.REGISTERED)):
        waited_s = BOUNDS[lower].waited_s + 0.01
        assert overload.retry_after(lower, waited_s, 0)
        assert not overload.retry_after(higher, waited_s, 0)
        held = BOUNDS[lower].transactions + 1
        assert overload.retry_after(lower, 0, held)
        assert not overload.retry_after(higher, 0, held)
    assert not overload.retry_after(Rank.BEGUN, 60, 10**9)
    assert overload.refused == 4


def test_nobody_is_told_to_come_back_at_the_same_moment() -> None:
    overload = Overload(FixedTokens())
    waits = {overload.retry_after(Rank.STRANGER, 9, 0) for _ in range(300)}
    assert min(waits) >= LEAST_RETRY_S
    assert max(waits) < LEAST_RETRY_S + RETRY_SPREAD_S
    assert len(waits) == RETRY_SPREAD_S


def late(ladder: Ladder, data: bytes, handset: Handset, waited_s: float) -> list[bytes]:
    ladder.engine.receive(data, handset.flow, ladder.now, waited_s)
    return ladder.settle()


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


def test_a_stranger_that_had_to_wait_gets_503_and_nothing_is_kept(
    ladder: Ladder, white: Handset
) -> None:
    (answer,) = late(ladder, white.register(), white, 0.5)
    assert status_of(answer) == 503
    assert int(headers_of(answer)["retry-after"][0]) >= LEAST_RETRY_S
    assert ladder.counts() == {}
    assert ladder.attempts == []
    assert ladder.engine.refused == 1


def test_an_answer_to_a_challenge_is_served_longer(ladder: Ladder, white: Handset) -> None:
    assert ladder.once(white) == 401
    (answer,) = late(ladder, white.register(), white, 0.5)
    assert status_of(answer) == 200
    (answer,) = late(ladder, white.register(), white, 1.5)
    assert status_of(answer) == 200, "it is registered now"
    (answer,) = late(ladder, white.register(), white, 2.5)
    assert status_of(answer) == 503


def test_a_repeated_request_gets_its_answer_again_however_late(
    ladder: Ladder, white: Handset
) -> None:
    ladder.once(white)
    accepted = white.register()
    first = late(ladder, accepted, white, 0)
    assert late(ladder, accepted, white, 30) == first


def test_a_slow_disk_is_a_load_too(ladder: Ladder, white: Handset) -> None:
    ladder.once(white)
    ladder.holds_commits = True
    assert ladder.receive(white.register(), white.flow) == []
    ladder.now += 0.5
    green = handsets()["1003"]
    (answer,) = ladder.receive(green.register(), green.flow)
    assert status_of(answer) == 503
    ladder.commit()
    (answer,) = ladder.receive(green.register(), green.flow)
    assert status_of(answer) == 401


def test_what_is_in_a_dialog_is_served_however_late(ladder: Ladder, white: Handset) -> None:
    (answer,) = late(ladder, white.request("BYE", URI, To=f"<{URI}>;tag=x"), white, 30)
    assert status_of(answer) == 481


def test_a_flood_of_challenges_and_refusals_leaves_nothing_in_memory(
    ladder: Ladder, white: Handset
) -> None:
    for _ in range(200):
        white.cseq += 1
        white.challenge = ""
        ladder.once(white)
        ladder.receive(white.request("OPTIONS", URI), white.flow)
        ladder.receive(white.request("NONSENSE", URI), white.flow)
        ladder.receive(white.request("CANCEL", URI), white.flow)
    assert ladder.counts() == {}


def test_a_repeated_request_that_nobody_remembers_gets_the_same_to_tag(
    ladder: Ladder, white: Handset
) -> None:
    data = white.request("OPTIONS", URI)
    assert ladder.receive(data, white.flow) == ladder.receive(data, white.flow)
    data = white.register()
    first, second = (ladder.receive(data, white.flow)[0] for _ in range(2))
    assert headers_of(first)["to"] == headers_of(second)["to"]
