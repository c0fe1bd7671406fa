"""RFC 3261 section 12, from both sides."""

import pytest

from sipcore.dialog import Dialog, id_of_request, id_of_response
from sipcore.errors import ParseError
from sipcore.message import Request, Response, make_response, parse_message
from sipcore.ports import Flow

FLOW = Flow("UDP", ("192.0.2.1", 5060), ("192.0.2.50", 5060))
OURS = "<sip:1001@192.0.2.1:5060>"
LOOSE = ("<sip:p1.example.com;lr>", "<sip:p2.example.com;lr;x=1>")
STRICT = ("<sip:p1.example.com;method=INVITE;transport=udp?Subject=x>", "<sip:p2.example.com;lr>")


def request(
    method: str = "INVITE",
    *,
    cseq: int = 7,
    from_: str = '"Alice" <sip:1001@example.com>;tag=alice',
    to: str = "<sip:1002@example.com>",
    contact: str = "<sip:1001@192.0.2.50:5062;transport=udp>",
    record_routes: tuple[str, ...] = (),
) -> Request:
    """Make a request of the peer's as it arrives."""
    lines = [
        f"{method} sip:1002@192.0.2.1 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.50;branch=z9hG4bKone",
        *(f"Record-Route: {value}" for value in record_routes),
        f"From: {from_}",
        f"To: {to}",
        "Call-ID: call-1",
        f"CSeq: {cseq} {method}",
    ]
    if contact:
        lines.append(f"Contact: {contact}")
    message = parse_message("\r\n".join([*lines, "", ""]).encode())
    assert isinstance(message, Request)
    return message


def answer(
    status: int,
    invite: Request,
    *,
    tag: str = "bob",
    contact: str = "<sip:1002@192.0.2.60>",
    record_routes: tuple[str, ...] = (),
) -> Response:
    """Make the answer of the peer to a request of ours."""
    response = make_response(invite, status, to_tag=tag)
    for value in record_routes:
        response.headers.add("Record-Route", value)
    if contact:
        response.headers.add("Contact", contact)
    return response


def called(invite: Request | None = None) -> Dialog:
    return Dialog.as_uas(invite or request(), local_tag="ours", flow=FLOW, local_contact=OURS)


def calling(response: Response, invite: Request) -> Dialog:
    return Dialog.as_uac(invite, response, flow=FLOW, local_contact=OURS)


# -- making one ----------------------------------------------------------------------------------


def test_the_called_side_takes_its_state_from_the_request() -> None:
    dialog = called(request(record_routes=LOOSE))
    assert dialog.id == ("call-1", "ours", "alice")
    assert dialog.local_uri == "<sip:1002@example.com>"
    assert dialog.remote_uri == '"Alice" <sip:1001@example.com>'
    assert dialog.remote_target == "sip:1001@192.0.2.50:5062;transport=udp"
    assert dialog.route_set == LOOSE
    assert dialog.remote_seq == 7
    assert dialog.flow == FLOW
    assert not dialog.is_confirmed


def test_the_calling_side_takes_its_state_from_request_and_answer_and_turns_the_routes() -> None:
    invite = request()
    dialog = calling(answer(200, invite, record_routes=LOOSE), invite)
    assert dialog.id == ("call-1", "alice", "bob")
    assert dialog.local_uri == '"Alice" <sip:1001@example.com>'
    assert dialog.remote_uri == "<sip:1002@example.com>"
    assert dialog.remote_target == "sip:1002@192.0.2.60"
    assert dialog.route_set == LOOSE[::-1]
    assert (dialog.local_seq, dialog.remote_seq) == (7, None)
    assert dialog.is_confirmed


def test_a_caller_without_a_from_tag_has_an_empty_one() -> None:
    dialog = called(request(from_="sip:1001@example.com"))
    assert dialog.remote_tag == ""
    assert dialog.new_request("BYE").headers.get("To") == "<sip:1001@example.com>"


def test_parameters_of_from_and_to_other_than_the_tag_are_kept() -> None:
    dialog = called(request(from_="<sip:1001@example.com>;tag=alice;x=1"))
    assert dialog.remote_uri == "<sip:1001@example.com>;x=1"
    assert dialog.new_request("BYE").headers.get("To") == "<sip:1001@example.com>;x=1;tag=alice"


def test_an_invite_without_contact_makes_no_dialog() -> None:
    with pytest.raises(ParseError) as caught:
        called(request(contact=""))
    assert (caught.value.status, caught.value.header) == (400, "Contact")


def test_until_a_contact_comes_the_target_is_where_the_invite_went() -> None:
    invite = request()
    dialog = calling(answer(180, invite, contact=""), invite)
    assert dialog.remote_target == invite.uri


def test_both_sides_name_the_dialog_alike() -> None:
    invite = request()
    caller = calling(answer(200, invite, tag="ours"), invite)
    callee = called(invite)
    bye = caller.new_request("BYE")
    assert id_of_request(bye) == callee.id
    assert id_of_response(make_response(bye, 200)) == caller.id


def test_a_2xx_whose_addresses_cannot_be_read_makes_another_dialog_than_the_180() -> None:
    invite = request()
    dialog = calling(answer(180, invite, contact="<sip:1002@192.0.2.60>"), invite)
    assert not dialog.is_made_by(answer(200, invite, contact="<sip:1002@192.0.2.60> and more"))


# -- early and confirmed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "record_routes", "is_same"),
    [
        ("<sip:1002@192.0.2.60>", LOOSE, True),
        ("<sip:1002@192.0.2.61>", LOOSE, False),
        ("", LOOSE, False),
        ("<sip:1002@192.0.2.60>", LOOSE[::-1], False),
        ("<sip:1002@192.0.2.60>", (), False),
    ],
)
def test_a_2xx_may_make_the_dialog_that_is_there_already(
    contact: str, record_routes: tuple[str, ...], is_same: bool
) -> None:
    invite, first = request(), "<sip:1002@192.0.2.60>"
    dialog = calling(answer(180, invite, record_routes=LOOSE, contact=first), invite)
    response = answer(200, invite, record_routes=record_routes, contact=contact)
    assert dialog.is_made_by(response) is is_same
    made = calling(response, invite)
    is_alike = made.remote_target == dialog.remote_target and made.route_set == dialog.route_set
    assert is_alike is is_same


def test_the_called_side_is_confirmed_by_its_own_2xx() -> None:
    invite = request()
    dialog = called(invite)
    dialog.respond(invite, 180)
    assert not dialog.is_confirmed
    dialog.respond(invite, 200)
    assert dialog.is_confirmed


@pytest.mark.parametrize("method", ["BYE", "UPDATE", "INFO", "PRACK", "SUBSCRIBE"])
def test_an_answer_inside_an_early_dialog_does_not_confirm_it(method: str) -> None:
    dialog = called()
    dialog.respond(request(method, cseq=8, to="<sip:1002@example.com>;tag=ours"), 200)
    assert not dialog.is_confirmed


# -- requests of ours ----------------------------------------------------------------------------


def test_a_request_inside_the_dialog_has_all_that_12_2_1_1_wants() -> None:
    dialog = called()
    bye = dialog.new_request("BYE", headers=[("Reason", "Q.850;cause=16")])
    assert bye.to_bytes().decode().split("\r\n") == [
        "BYE sip:1001@192.0.2.50:5062;transport=udp SIP/2.0",
        "Max-Forwards: 70",
        "From: <sip:1002@example.com>;tag=ours",
        'To: "Alice" <sip:1001@example.com>;tag=alice',
        "Call-ID: call-1",
        "CSeq: 101 BYE",
        "Reason: Q.850;cause=16",
        "Content-Length: 0",
        "",
        "",
    ]


def test_our_numbers_go_up_by_one_and_continue_those_of_the_invite() -> None:
    invite = request()
    dialog = calling(answer(200, invite), invite)
    assert dialog.new_request("INFO").cseq.number == 8
    assert dialog.new_request("BYE").cseq.number == 9
    assert dialog.local_seq == 9


def test_a_body_goes_with_its_type() -> None:
    invite = called().new_request("INVITE", body=b"v=0\r\n", content_type="application/sdp")
    assert invite.content_type == "application/sdp"
    assert invite.body == b"v=0\r\n"


@pytest.mark.parametrize(
    ("method", "has_contact"),
    [("INVITE", True), ("UPDATE", True), ("NOTIFY", True), ("BYE", False), ("INFO", False)],
)
def test_target_refreshes_carry_our_contact(method: str, has_contact: bool) -> None:
    assert ("Contact" in called().new_request(method).headers) is has_contact


def test_the_ack_has_the_number_of_its_invite_and_leaves_ours_alone() -> None:
    invite = request()
    dialog = calling(answer(200, invite, record_routes=LOOSE), invite)
    dialog.new_request("INFO")
    ack = dialog.ack(7, body=b"v=0\r\n", content_type="application/sdp")
    assert (ack.method, str(ack.cseq)) == ("ACK", "7 ACK")
    assert ack.uri == "sip:1002@192.0.2.60"
    assert ack.routes == [*LOOSE[::-1]]
    assert ack.body == b"v=0\r\n"
    assert "Contact" not in ack.headers
    assert dialog.local_seq == 8


def test_loose_routes_leave_the_target_in_the_request_uri() -> None:
    bye = called(request(record_routes=LOOSE)).new_request("BYE")
    assert bye.uri == "sip:1001@192.0.2.50:5062;transport=udp"
    assert bye.routes == [*LOOSE]


def test_a_strict_router_gets_itself_as_request_uri_and_the_target_last() -> None:
    bye = called(request(record_routes=STRICT)).new_request("BYE")
    assert bye.uri == "sip:p1.example.com;transport=udp"
    assert bye.routes == [
        "<sip:p2.example.com;lr>",
        "<sip:1001@192.0.2.50:5062;transport=udp>",
    ]


# -- requests of the peer ------------------------------------------------------------------------


def test_rising_numbers_are_accepted_with_gaps() -> None:
    dialog = called()
    for number in (8, 20):
        dialog.accept(request("INFO", cseq=number))
    assert dialog.remote_seq == 20


def test_a_lower_number_is_out_of_order() -> None:
    dialog = called()
    with pytest.raises(ParseError, match="CSeq: 6 after 7") as caught:
        dialog.accept(request("BYE", cseq=6))
    assert (caught.value.status, caught.value.header) == (500, "CSeq")
    assert dialog.remote_seq == 7


def test_the_first_request_of_the_called_side_may_have_any_number() -> None:
    invite = request()
    dialog = calling(answer(200, invite), invite)
    dialog.accept(request("BYE", cseq=0))
    assert dialog.remote_seq == 0


@pytest.mark.parametrize("method", ["ACK", "CANCEL"])
def test_ack_and_cancel_are_not_judged_by_their_numbers(method: str) -> None:
    dialog = called()
    dialog.accept(request("INFO", cseq=8))
    dialog.accept(request(method, cseq=7))
    assert dialog.remote_seq == 8


def test_a_target_refresh_moves_the_target_and_not_the_routes() -> None:
    dialog = called(request(record_routes=LOOSE))
    dialog.refresh_target(
        request(contact="<sip:1001@192.0.2.51>", record_routes=("<sip:new.example.com;lr>",))
    )
    assert dialog.remote_target == "sip:1001@192.0.2.51"
    assert dialog.route_set == LOOSE


def test_a_refresh_without_contact_keeps_the_target() -> None:
    dialog = called()
    dialog.refresh_target(request(contact=""))
    assert dialog.remote_target == "sip:1001@192.0.2.50:5062;transport=udp"


# -- answers of ours -----------------------------------------------------------------------------


def test_answers_that_make_the_dialog_copy_the_record_route_and_name_our_contact() -> None:
    invite = request(record_routes=LOOSE)
    dialog = called(invite)
    for status in (180, 200):
        response = dialog.respond(invite, status)
        assert response.to.tag == "ours"
        assert response.headers.get_all("Record-Route") == [*LOOSE]
        assert response.headers.get("Contact") == OURS


@pytest.mark.parametrize("status", [302, 404, 486, 603])
def test_a_refusal_names_neither(status: int) -> None:
    invite = request(record_routes=LOOSE)
    response = called(invite).respond(invite, status)
    assert response.to.tag == "ours"
    assert "Record-Route" not in response.headers
    assert "Contact" not in response.headers


def test_a_100_has_no_to_tag() -> None:
    invite = request()
    response = called(invite).respond(invite, 100)
    assert response.to.tag == ""
    assert "Contact" not in response.headers


def test_answers_inside_the_dialog_do_not_copy_the_record_route() -> None:
    again = request(cseq=8, to="<sip:1002@example.com>;tag=ours", record_routes=LOOSE)
    response = called().respond(again, 200, "Fine", body=b"x", content_type="text/plain")
    assert response.reason == "Fine"
    assert "Record-Route" not in response.headers
    assert response.headers.get("Contact") == OURS
    assert (response.content_type, response.body) == ("text/plain", b"x")


def test_headers_of_the_caller_go_along() -> None:
    invite = request()
    response = called(invite).respond(invite, 200, headers=[("Allow", "INVITE, BYE")])
    assert response.headers.get("Allow") == "INVITE, BYE"
