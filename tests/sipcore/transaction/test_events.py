from typing import get_args

from sipcore.transaction import Event
from tests.sipcore.transaction.ladder import UDP, Ladder, request


def test_one_call_gone_wrong_tells_every_kind_of_event() -> None:
    ladder = Ladder()
    ladder.hears(request())
    ladder.hears(request("CANCEL"))
    ladder.hears(request("ACK", via="SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKother"))
    ladder.sends("BYE")
    ladder.hears_answer(100)
    ladder.loses(UDP)
    ladder.sends("BYE")
    ladder.waits(33)
    assert {type(event) for event in ladder.events} == set(get_args(Event))
