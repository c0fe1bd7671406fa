"""History-Info on the way to the phone that a call was sent on to: RFC 7044."""

from sipcore.callcontrol.diversion import Diversion
from sipcore.callcontrol.history import headers
from sipcore.callcontrol.lines import Party
from tests.sipcore.callcontrol.ladders import accepts, dial
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, hang_up
from tests.sipcore.site import SERVER, flow, phone


def sent_on(number: str, status: int) -> Diversion:
    record = phone(f"SEP00000000{number}", "", number)
    return Diversion(Party(record, record.lines[0]), status=status)


def test_whole_way_is_told_step_by_step() -> None:
    way = flow("198.51.100.3")
    assert headers([], "1003", way) == []
    told = headers([sent_on("1001", 302), sent_on("1002", 301)], "1003", way)
    assert told == [
        ("History-Info", f"<sip:1001@{SERVER[0]}?Reason=SIP%3Bcause%3D302>;index=1"),
        ("History-Info", f"<sip:1002@{SERVER[0]}?Reason=SIP%3Bcause%3D301>;index=1.1;mp=1"),
        ("History-Info", f"<sip:1003@{SERVER[0]}>;index=1.1.1;mp=1.1"),
    ]


def test_phone_that_rings_instead_is_told_by_which_numbers_the_call_came(
    office: Office, alice: Handset, bob: Handset, carol: Handset
) -> None:
    assert "History-Info" not in dial(alice, bob, History_Info="<sip:x@10.0.0.1>;index=1").headers
    bob.answers(301, Contact=f"<sip:1003@{SERVER[0]}>")
    assert carol.request("INVITE").headers.get_all("History-Info") == [
        f"<sip:1002@{SERVER[0]}?Reason=SIP%3Bcause%3D301>;index=1",
        f"<sip:1003@{SERVER[0]}>;index=1.1;mp=1",
    ]
    accepts(carol, alice, ANSWER)
    hang_up(alice, carol)
    bob.expects("ACK")
    assert office.is_at_rest()
