"""Test calls through the engine's door: what goes out, and what is recorded."""

from sipcore.callcontrol import ProbeNews, ProbeOrder
from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import PARTITION, handsets, headers_of

NAME = "SEP000000001002"


def test_a_test_call_goes_out_to_the_registered_contact() -> None:
    ladder, news = Ladder(), list[ProbeNews]()
    bob = handsets()["1002"]
    assert ladder.register(bob) == 200
    ladder.engine.probe(ProbeOrder(NAME, "1002", PARTITION), news.append, ladder.now)
    (invite,) = ladder.settle()
    assert invite.startswith(b"INVITE " + bob.contact.encode())
    assert '"Test call"' in headers_of(invite)["from"][0]
    assert ladder.engine.has_calls
    assert news == []


def test_the_end_is_told_and_recorded() -> None:
    ladder, news = Ladder(), list[ProbeNews]()
    probe = ladder.engine.probe(ProbeOrder(NAME, "1002", PARTITION), news.append, ladder.now)
    assert probe.is_over
    ladder.settle()
    (call,) = ladder.calls
    assert (call.caller_number, call.decision.rule) == ("test-call", "not-registered")
    assert [each.decision for each in news] == [call.decision]
    assert ladder.counts() == {}
