import pytest

from sipcore.message import Request, make_response
from sipcore.transaction.key import ack_key, client_key, merge_key, server_key
from tests.sipcore.transaction.ladder import request

COOKIE = "SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKone"
OLD = "SIP/2.0/UDP 192.0.2.50:5060;branch=1"


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (request(), True),
        (request(cseq=9, call_id="other", from_tag="other"), True),
        (request(via="SIP/2.0/TCP 192.0.2.50:5060;received=1.2.3.4;branch=Z9HG4BKONE"), False),
        (request(via="SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKONE"), True),
        (request("ACK"), True),
        (request("CANCEL"), False),
        (request("BYE"), False),
        (request(via="SIP/2.0/UDP 192.0.2.50:5060;branch=z9hG4bKtwo"), False),
        (request(via="SIP/2.0/UDP 192.0.2.51:5060;branch=z9hG4bKone"), False),
        (request(via="SIP/2.0/UDP 192.0.2.50:5070;branch=z9hG4bKone"), False),
        (request(via="SIP/2.0/UDP 192.0.2.50;branch=z9hG4bKone"), False),
    ],
)
def test_requests_match_by_branch_sent_by_and_method(other: Request, is_same: bool) -> None:
    assert (server_key(other) == server_key(request(via=COOKIE))) is is_same


def test_cancel_can_look_for_its_invite() -> None:
    assert server_key(request("CANCEL"), "INVITE") == server_key(request())
    assert server_key(request("CANCEL", via=OLD), "INVITE") == server_key(request(via=OLD))


@pytest.mark.parametrize("branch", ["", ";branch=", ";branch=1", ";branch=z9hG4bK"])
def test_without_the_cookie_all_that_rfc_2543_compares_must_be_equal(branch: str) -> None:
    via = f"SIP/2.0/UDP 192.0.2.50:5060{branch}"
    first = server_key(request(via=via))
    assert server_key(request(via=via)) == first
    assert server_key(request(via=via + ";received=192.0.2.50")) == first
    others = [
        request(via=via, uri="sip:1003@192.0.2.1"),
        request(via=via, cseq=2),
        request(via=via, from_tag="x"),
        request(via=via, to_tag="x"),
        request(via=via, call_id="x"),
        request("BYE", via=via),
        request(via="SIP/2.0/UDP 192.0.2.51:5060" + branch),
    ]
    assert all(server_key(other) != first for other in others)


def test_without_the_cookie_an_ack_is_found_by_the_to_tag_of_the_answer() -> None:
    invite = request(via=OLD)
    name = ack_key(invite, make_response(invite, 486, to_tag="ours"))
    assert name == server_key(request("ACK", via=OLD, to_tag="ours"))
    assert name != server_key(request("ACK", via=OLD, to_tag="other"))


def test_with_the_cookie_an_ack_needs_no_name_of_its_own() -> None:
    assert ack_key(request(), make_response(request(), 486, to_tag="ours")) is None


def test_a_response_finds_its_request_by_branch_and_cseq_method() -> None:
    invite, cancel = request(), request("CANCEL")
    assert client_key(make_response(invite, 200)) == client_key(invite)
    assert client_key(make_response(cancel, 200)) == client_key(cancel)
    assert client_key(invite) != client_key(cancel)


def test_merged_requests_differ_in_the_branch_only() -> None:
    other_path = request(via="SIP/2.0/UDP 192.0.2.60;branch=z9hG4bKtwo")
    assert merge_key(request()) == merge_key(other_path)
    others = [request(cseq=2), request(from_tag="x"), request(call_id="x"), request("OPTIONS")]
    assert all(merge_key(other) != merge_key(request()) for other in others)


def test_a_request_inside_a_dialog_is_never_merged() -> None:
    assert merge_key(request(to_tag="ours")) is None
