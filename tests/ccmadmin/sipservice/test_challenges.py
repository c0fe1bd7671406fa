from typing import Any

import pytest

from ccmadmin.sipservice import challenges as module
from ccmadmin.sipservice.challenges import Challenges
from sipcore.ports import Asked, Decision, Flow, RegistrationAttempt, Renewal
from tests.ccmadmin.sipservice.values import ACCEPTED, FLOW, attempt, binding

CHALLENGED = Decision("challenged", "challenged", 401)


def challenged(**values: Any) -> RegistrationAttempt:
    return attempt(**{"phone": "", "userid": "", "decision": CHALLENGED, **values})


@pytest.fixture
def challenges() -> Challenges:
    return Challenges()


def test_a_challenge_that_is_answered_leaves_nothing(challenges: Challenges) -> None:
    accepted = attempt(at=1000.1, decision=ACCEPTED)
    assert challenges.take([challenged()]) == []
    assert challenges.take([accepted]) == [accepted]
    assert challenges.unanswered(9999.0) == []


def test_a_challenge_that_is_not_answered_comes_out_after_a_while(challenges: Challenges) -> None:
    challenges.take([challenged()])
    assert challenges.unanswered(1009.0) == []
    assert challenges.unanswered(1010.0) == [challenged()]
    assert challenges.unanswered(1010.0) == []


def test_a_phone_that_asks_again_and_again_does_not_put_it_off(challenges: Challenges) -> None:
    challenges.take([challenged(), challenged(at=1009.0)])
    assert challenges.unanswered(1010.0) == [challenged()]


def test_another_address_with_the_same_call_id_answers_nothing(challenges: Challenges) -> None:
    other = Flow("UDP", FLOW.local, ("192.0.2.8", 5060))
    challenges.take([challenged(), attempt(flow=other)])
    assert len(challenges) == 1


def test_only_so_many_wait(challenges: Challenges, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)
    challenges.take([challenged(call_id=str(number)) for number in range(5)])
    assert [each.call_id for each in challenges.unanswered(2000.0)] == ["2", "3", "4"]
    assert challenges.left_out == 2


def test_a_known_phone_that_does_not_answer_is_told_of_in_the_same_words(
    challenges: Challenges,
) -> None:
    assert challenges.take([Asked(binding(), "swhite", "ccmsipline", 1000.0)]) == []
    assert challenges.unanswered(1009.0) == []
    (told,) = challenges.unanswered(1010.0)
    assert (told.at, told.phone, told.number) == (1000.0, "SEP000000001001", "1001")
    assert told.decision.rule == "challenged"
    assert "whose Digest User is swhite" in told.decision.advice


def test_a_known_phone_that_answers_leaves_nothing(challenges: Challenges) -> None:
    challenges.take([Asked(binding(), "swhite", "ccmsipline", 1000.0)])
    renewal = Renewal(binding(), "swhite", 120, 1000.1)
    assert challenges.take([renewal]) == [renewal]
    assert challenges.unanswered(9999.0) == []
