"""Ways to a contact that has a name, and what happens when one of them fails: RFC 3263 4.3."""

from dataclasses import replace

import pytest

from sipcore.callcontrol.reaching import retry_after_s, target, uri_to_look_up, ways
from sipcore.message import Request
from sipcore.ports import Binding, Flow
from sipcore.resolver import DeadTargets
from tests.sipcore.callcontrol.ladders import accepts, refuses
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, hang_up
from tests.sipcore.site import SERVER, binding, flow

HOME = flow("198.51.100.2")
ONE, TWO = flow("203.0.113.1"), flow("203.0.113.2")
NAME = "sip:1002@pbx.example.com"
PHONE = "SEP000000001002"


def bound(contact: str = NAME, home: Flow = HOME, *path: str) -> Binding:
    return binding(PHONE, "1002", home, contact=contact, path=path)


# -- what is looked up ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("contact", "is_asked_for"),
    [
        (NAME, True),
        ("sip:1002@pbx.example.com:5070;transport=tcp", True),
        ("sip:1002@198.51.100.7;maddr=pbx.example.com", True),
        ("sip:1002@pbx.example.com;maddr=198.51.100.7", False),
        ("sip:1002@198.51.100.7", False),
        ("sip:1002@[2001:db8::7]:5070", False),
    ],
)
def test_dns_is_asked_when_the_contact_has_a_name(contact: str, is_asked_for: bool) -> None:
    assert uri_to_look_up(bound(contact)) == (contact if is_asked_for else "")


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (["<sip:edge.example.com;lr>", "<sip:b.example;lr>"], "sip:edge.example.com;lr"),
        (["<sip:192.0.2.80;lr>", "<sip:b.example;lr>"], ""),
        (["nonsense"], ""),
    ],
)
def test_the_first_hop_of_a_path_comes_before_the_contact(path: list[str], uri: str) -> None:
    assert uri_to_look_up(bound(NAME, HOME, *path)) == uri


def test_a_connection_that_is_open_is_the_way() -> None:
    connected = flow("198.51.100.2", 40000, "TCP", connection=7)
    assert uri_to_look_up(bound(NAME, connected)) == ""
    assert uri_to_look_up(bound(NAME, replace(connected, connection=0))) == NAME


# -- the order -----------------------------------------------------------------------------------


@pytest.fixture
def dead() -> DeadTargets:
    return DeadTargets()


def test_what_dns_finds_comes_first_and_where_the_phone_registered_from_last(
    dead: DeadTargets,
) -> None:
    assert ways(bound(), [ONE, TWO], dead, 0.0) == [ONE, TWO, HOME]
    assert ways(bound(), [], dead, 0.0) == [HOME]


def test_where_the_phone_registered_from_comes_first_when_dns_leads_there_too(
    dead: DeadTargets,
) -> None:
    behind_nat = flow("198.51.100.2", 40000)
    assert ways(bound(NAME, behind_nat), [ONE, HOME], dead, 0.0) == [behind_nat, ONE, HOME]
    assert ways(bound(), [ONE, HOME], dead, 0.0) == [HOME, ONE]


def test_another_transport_is_another_way(dead: DeadTargets) -> None:
    tcp = flow("198.51.100.2", transport="TCP")
    assert ways(bound(), [tcp], dead, 0.0) == [tcp, HOME]


def test_the_dead_are_tried_last(dead: DeadTargets) -> None:
    dead.failed(target(ONE), 0.0)
    assert ways(bound(), [ONE, TWO], dead, 1.0) == [TWO, HOME, ONE]


def test_a_name_leads_nowhere_into_this_machine(dead: DeadTargets) -> None:
    loopback = flow("127.0.0.1", 6379, "TCP")
    ourselves = flow(*SERVER)
    assert ways(bound(), [loopback, flow("::1"), ourselves], dead, 0.0) == [HOME]
    at_home = flow("127.0.0.1", 40000)
    assert ways(bound(NAME, at_home), [loopback], dead, 0.0) == [loopback, at_home]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("18000;duration=3600", 18000), ("5 (in a meeting)", 5), ("", 0), ("soon", 0)],
)
def test_retry_after_is_read_as_far_as_it_goes(value: str, seconds: int) -> None:
    assert retry_after_s(value) == seconds


# -- calls ---------------------------------------------------------------------------------------


@pytest.fixture
def named(office: Office) -> Handset:
    """The phone with line 1002, registered from `HOME` with a contact that has a name."""
    office.bindings.put(bound())
    return office.handset("1002", place=HOME, bound=False)


@pytest.fixture
def one(office: Office, named: Handset) -> Handset:
    return office.handset("1002", place=ONE, bound=False)


@pytest.fixture
def two(office: Office, named: Handset) -> Handset:
    return office.handset("1002", place=TWO, bound=False)


def test_the_invite_waits_for_dns_and_goes_where_it_says(
    office: Office, alice: Handset, named: Handset, one: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    assert named.hears_nothing()
    assert one.hears_nothing()
    assert office.finds(ONE) == NAME
    invite = one.request("INVITE")
    assert invite.uri == NAME
    one.answers(180)
    alice.expects(180)
    accepts(one, alice, ANSWER)
    hang_up(alice, one)
    assert named.hears_nothing()
    assert office.record().status == 200
    assert office.is_at_rest()


def test_without_an_answer_of_dns_the_phone_is_where_it_registered_from(
    office: Office, alice: Handset, named: Handset
) -> None:
    alice.dials("1002")
    office.finds()
    named.expects("INVITE")
    refuses(named, 486)
    assert office.record().status == 486
    assert office.is_at_rest()


def test_a_way_that_stays_silent_is_followed_by_the_next_with_a_new_branch(
    office: Office, alice: Handset, one: Handset, two: Handset
) -> None:
    one.is_off = True
    alice.dials("1002")
    office.finds(ONE, TWO)
    office.wait(31.9)
    assert two.hears_nothing()
    office.wait(0.2)
    second = two.request("INVITE")
    two.answers(180)
    alice.expects(100)
    alice.expects(180)
    accepts(two, alice, ANSWER)
    hang_up(two, alice)
    assert second.cseq.number == 101
    assert office.is_at_rest()


def test_the_same_request_goes_the_next_way(
    office: Office, alice: Handset, one: Handset, two: Handset
) -> None:
    alice.dials("1002")
    office.finds(ONE, TWO)
    first = one.request("INVITE")
    office.lose(one)
    second = two.request("INVITE")
    assert first.via.branch != second.via.branch
    first.headers.remove("Via")
    second.headers.remove("Via")
    assert first.to_bytes() == second.to_bytes()


def test_a_503_goes_on_to_the_next_way_and_is_remembered_for_as_long_as_it_says(
    office: Office, alice: Handset, one: Handset, two: Handset
) -> None:
    def dial(first: Handset, *flows: Flow) -> Request:
        alice.dials("1002")
        office.finds(*flows)
        return first.request("INVITE")

    dial(one, ONE, TWO)
    one.answers(180)
    one.answers(503, Retry_After="5")
    one.expects("ACK")
    two.expects("INVITE")
    refuses(two, 486)
    office.wait(4)
    dial(two, ONE, TWO)
    refuses(two, 486)
    office.wait(2)
    dial(one, ONE, TWO)
    one.answers(486)
    assert office.is_at_rest()


def test_a_call_that_no_way_leads_to_says_so(
    office: Office, alice: Handset, named: Handset, one: Handset
) -> None:
    named.is_off = one.is_off = True
    alice.dials("1002")
    alice.expects(100)
    office.finds(ONE)
    office.wait(65)
    alice.expects(408)
    assert office.record().status == 408
    assert office.is_at_rest()


def test_a_503_of_the_last_way_ends_the_call(office: Office, alice: Handset, one: Handset) -> None:
    alice.dials("1002")
    alice.expects(100)
    office.finds(ONE)
    office.lose(one)
    last = office.handsets[HOME.remote]
    last.expects("INVITE")
    refuses(last, 503)
    assert alice.inbox
    assert office.is_at_rest()


def test_another_answer_than_503_is_an_answer(
    office: Office, alice: Handset, one: Handset, two: Handset
) -> None:
    alice.dials("1002")
    office.finds(ONE, TWO)
    one.expects("INVITE")
    refuses(one, 500)
    assert two.hears_nothing()
    assert office.is_at_rest()


def test_a_caller_who_gives_up_while_dns_is_asked_leaves_nothing_behind(
    office: Office, alice: Handset, one: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    alice.cancels()
    alice.expects(200)
    alice.expects(487)
    alice.acks()
    assert office.record().decision.rule == "cancelled"
    assert office.is_at_rest()
    office.finds(ONE)
    assert one.hears_nothing()
    assert office.is_at_rest()


def test_a_caller_who_gives_up_ends_the_search_for_a_way(
    office: Office, alice: Handset, one: Handset, two: Handset
) -> None:
    one.is_off = True
    alice.dials("1002")
    office.finds(ONE, TWO)
    alice.cancels()
    office.wait(100)
    assert two.hears_nothing()
    assert office.is_at_rest()


def test_dns_that_never_answers_ends_with_the_ringing(
    office: Office, alice: Handset, named: Handset
) -> None:
    alice.dials("1002")
    alice.expects(100)
    office.wait(181)
    alice.expects(408)
    assert office.is_at_rest()


def test_the_other_phones_ring_meanwhile(office: Office, alice: Handset, named: Handset) -> None:
    other = flow("198.51.100.77")
    office.bindings.put(replace(bound("sip:1002@198.51.100.77", other)))
    desk = office.handset("1002", place=other, bound=False)
    alice.dials("1002")
    alice.expects(100)
    desk.expects("INVITE")
    accepts(desk, alice, ANSWER)
    hang_up(alice, desk)
    office.finds(ONE)
    assert office.is_at_rest()


def test_a_phone_with_a_name_keeps_a_call_going_that_another_one_refused(
    office: Office, alice: Handset, named: Handset, one: Handset
) -> None:
    other = flow("198.51.100.77")
    office.bindings.put(bound("sip:1002@198.51.100.77", other))
    desk = office.handset("1002", place=other, bound=False)
    alice.dials("1002")
    alice.expects(100)
    desk.expects("INVITE")
    refuses(desk, 486)
    assert alice.hears_nothing()
    office.finds(ONE)
    one.expects("INVITE")
    one.answers(180)
    alice.expects(180)


def test_the_contact_of_the_invite_is_of_the_way_that_it_goes(
    office: Office, alice: Handset, named: Handset
) -> None:
    over_tcp = replace(flow("203.0.113.9", transport="TCP"), local=("192.0.2.55", 5062))
    gateway = office.handset("1002", place=over_tcp, bound=False)
    alice.dials("1002")
    office.finds(over_tcp)
    invite = gateway.request("INVITE")
    assert invite.contact.uri == "sip:1001@192.0.2.55:5062;transport=tcp"
    assert invite.via.transport == "TCP"
