"""The two sides as one layer: flows that are lost, and how much there is to come."""

from sipcore.ports import Flow
from tests.sipcore.transaction.ladder import TCP, UDP, US, Ladder


def test_losing_one_flow_leaves_the_others_alone() -> None:
    ladder = Ladder()
    ladder.sends("OPTIONS", UDP)
    ladder.sends("OPTIONS", TCP)
    ladder.log()
    ladder.loses(Flow("UDP", US, ("192.0.2.77", 5060)))
    assert ladder.log() == ["0 <- flow failed"]
    ladder.loses(TCP)
    assert ladder.log() == ["0 <- flow failed", "0 == SendFailed"]
    assert ladder.layer.counts()["non_invite_client"] == 1


def test_without_transactions_there_is_no_deadline() -> None:
    ladder = Ladder()
    assert ladder.layer.next_deadline() is None
    ladder.sends("BYE")
    assert ladder.layer.next_deadline() == 0.5
