"""What an OPTIONS is told: RFC 3261 section 11.2."""

from dataclasses import replace

import pytest

from tests.sipcore.engine.ladder import Ladder
from tests.sipcore.site import (
    DIGEST_OFF,
    SERVER,
    Handset,
    binding,
    flow,
    handsets,
    headers_of,
    status_of,
)

URI = f"sip:{SERVER[0]}"


@pytest.fixture
def ladder() -> Ladder:
    return Ladder()


@pytest.fixture
def white() -> Handset:
    return handsets()["1001"]


def ask(ladder: Ladder, handset: Handset, uri: str = URI, **headers: object) -> bytes:
    (answer,) = ladder.receive(handset.request("OPTIONS", uri, **headers), handset.flow)
    return answer


# -- this server itself ---------------------------------------------------------------------------


def test_options_is_answered_with_what_we_can(ladder: Ladder, white: Handset):
    answer = ask(ladder, white)
    headers = headers_of(answer)
    assert status_of(answer) == 200
    assert "INVITE" in headers["allow"][0]
    assert headers["accept"] == ["application/sdp"]
    assert headers["supported"] == ["path, 100rel, timer, replaces, norefersub"]
    assert {"accept-encoding", "accept-language"} <= headers.keys()
    assert ";tag=" in headers["to"][0]


def test_options_needs_no_configuration(ladder: Ladder, white: Handset):
    ladder.site.is_down = True
    assert status_of(ask(ladder, white)) == 200


def test_options_for_a_dialog_that_is_over_is_481(ladder: Ladder, white: Handset):
    assert status_of(ask(ladder, white, To=f"<{URI}>;tag=gone")) == 481


@pytest.mark.parametrize("uri", [f"{URI}:5060", f"{URI};transport=udp", f"{URI};lr"])
def test_server_itself_can_always_be_asked(ladder: Ladder, white: Handset, uri: str):
    assert status_of(ask(ladder, white, uri)) == 200


# -- a number, which is answered as an INVITE would be --------------------------------------------


@pytest.fixture
def jones() -> Handset:
    """Line 1002, on a phone without digest."""
    return handsets()["1002"]


@pytest.fixture
def site(jones: Handset) -> Ladder:
    """Let 1001 and 1002 be registered, and 1003 not."""
    ladder = Ladder(
        bindings=[
            binding("SEP000000001001", "1001", flow("198.51.100.1"), expires_at=2000.0),
            binding("SEP000000001002", "1002", jones.flow, expires_at=2000.0),
        ]
    )
    green = ladder.site.phones["SEP000000001003"]
    ladder.site.put(replace(green, security_profile=DIGEST_OFF))
    return ladder


@pytest.mark.parametrize(("number", "status"), [("1001", 200), ("5555", 404), ("1003", 480)])
def test_number_is_answered_as_a_call_to_it_would_be(
    site: Ladder, jones: Handset, number: str, status: int
):
    answer = ask(site, jones, f"sip:{number}@{SERVER[0]}")
    assert status_of(answer) == status
    assert ("allow" in headers_of(answer)) is (status == 200)
    assert site.calls == []
    assert site.counts() == {"bindings": 2}


def test_contact_is_not_needed(site: Ladder, jones: Handset):
    assert status_of(ask(site, jones, f"sip:1001@{SERVER[0]}", Contact="")) == 200


def test_stranger_learns_no_numbers(site: Ladder):
    stranger = Handset("1009", "x", "x", flow("203.0.113.7"))
    for number in ("1001", "5555"):
        assert status_of(ask(site, stranger, f"sip:{number}@{SERVER[0]}")) == 403


def test_phone_with_digest_is_challenged_and_a_repeated_answer_is_the_same(
    site: Ladder, white: Handset
):
    uri = f"sip:5555@{SERVER[0]}"
    assert white.take(ask(site, white, uri)) == 401
    assert site.counts() == {"bindings": 2}
    asked = white.request("OPTIONS", uri, Authorization=white.credentials("OPTIONS", uri))
    assert [status_of(each) for each in site.receive(asked, white.flow)] == [404]
    assert [status_of(each) for each in site.receive(asked, white.flow)] == [404]


def test_numbers_cannot_be_looked_up_without_configuration(site: Ladder, jones: Handset):
    site.site.is_down = True
    answer = ask(site, jones, f"sip:1001@{SERVER[0]}")
    assert status_of(answer) == 503
    assert "retry-after" in headers_of(answer)
