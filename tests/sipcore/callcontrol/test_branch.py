"""Several phones ring for one number: RFC 3261 sections 13.2.2.4 and 16.7."""

from dataclasses import replace

import pytest

from sipcore.callcontrol.branch import TABLE, On, S
from tests.sipcore.callcontrol.ladders import accepts, dial, refuses
from tests.sipcore.callcontrol.office import ANSWER, Handset, Office, hang_up
from tests.sipcore.site import binding, flow, phone


@pytest.fixture
def desk(office: Office, carol: Handset) -> Handset:
    """Carol's phone, which shares line 1009."""
    office.bindings.put(binding("SEP000000001003", "1009", carol.flow))
    return carol


@pytest.fixture
def lab(office: Office) -> Handset:
    """Another phone with line 1009 only."""
    office.configure(phone("SEP000000002009", "bjones", "1009"))
    return office.handset("1009", "SEP000000002009", place=flow("198.51.100.9"))


def ring_both(caller: Handset, desk: Handset, lab: Handset) -> None:
    caller.dials("1009")
    caller.expects(100)
    for called in (desk, lab):
        called.expects("INVITE")
        called.answers(180)
    caller.expects(180)
    assert caller.hears_nothing()


def test_a_branch_that_is_done_takes_nothing_more() -> None:
    assert {state for state, _ in TABLE} == {S.INVITED, S.CANCELLED}
    assert len(TABLE) == 2 * len(On)


def test_every_registered_appearance_rings_and_the_first_answer_wins(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    assert bob.response(200).body == ANSWER
    cancel = desk.request("CANCEL")
    desk.answers(200, to=cancel)
    refuses(desk, 487)
    bob.acks()
    lab.expects("ACK")
    hang_up(lab, bob)
    record = office.record()
    assert (record.called_number, record.called_phone) == ("1009", "SEP000000002009")
    assert record.ended_by == "called"
    assert office.is_at_rest()


@pytest.mark.parametrize("place", ["198.51.100.2:5060", "198.51.100.2:5999"])
def test_ack_and_bye_go_to_where_the_answer_came_from(
    office: Office, alice: Handset, bob: Handset, place: str
) -> None:
    dial(alice, bob)
    bob.answers(180, Contact="<sip:1002@198.51.100.2:5060>")
    alice.expects(180)
    bob.answers(200, ANSWER, Contact=f"<sip:1002@{place}>")
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").uri == f"sip:1002@{place}"
    alice.sends("BYE")
    alice.expects(200)
    bye = bob.request("BYE")
    assert bye.uri == f"sip:1002@{place}"
    bob.answers(200, to=bye)
    assert office.record().decision.rule == "answered"
    assert office.is_at_rest()


def test_each_phone_gets_a_dialog_of_its_own(bob: Handset, desk: Handset, lab: Handset) -> None:
    bob.dials("1009")
    one, other = desk.request("INVITE"), lab.request("INVITE")
    assert len({one.call_id, other.call_id, bob.call_id}) == 3
    assert len({one.from_.tag, other.from_.tag, bob.tag}) == 3


def test_second_answer_at_the_same_moment_is_acknowledged_and_ended(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    desk.expects("CANCEL")
    desk.answers(200, ANSWER)
    desk.expects("ACK")
    bye = desk.request("BYE")
    desk.answers(200, to=bye)
    bob.expects(200)
    bob.acks()
    lab.expects("ACK")
    hang_up(bob, lab)
    assert office.record().called_phone == "SEP000000002009"
    assert office.is_at_rest()


def test_loser_that_hangs_up_by_itself_does_not_end_the_call(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    desk.expects("CANCEL")
    desk.answers(200, ANSWER)
    desk.expects("ACK")
    desk.expects("BYE")
    desk.sends("BYE")
    desk.expects(200)
    assert office.records == []
    bob.expects(200)
    bob.acks()
    lab.expects("ACK")
    hang_up(bob, lab)
    assert office.is_at_rest()


def test_early_media_of_several_phones_is_not_mixed(
    bob: Handset, desk: Handset, lab: Handset
) -> None:
    bob.dials("1009")
    bob.expects(100)
    desk.expects("INVITE")
    desk.answers(183, ANSWER)
    first = bob.response(183)
    assert first.body == b""
    assert "Content-Type" not in first.headers
    lab.expects("INVITE")
    lab.answers(183, ANSWER)
    lab.answers(180)
    assert bob.response(180).to.tag == first.to.tag


def test_one_phone_rejects_and_the_other_one_rings_on(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    refuses(desk, 486)
    assert bob.hears_nothing()
    accepts(lab, bob, ANSWER)
    hang_up(bob, lab)
    assert office.is_at_rest()


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [(480, 486, 486), (486, 404, 486), (500, 480, 480), (503, 503, 500), (302, 500, 480)],
)
def test_best_of_all_failures_is_told(
    office: Office,
    bob: Handset,
    desk: Handset,
    lab: Handset,
    first: int,
    second: int,
    told: int,
) -> None:
    ring_both(bob, desk, lab)
    desk.answers(first)
    lab.answers(second)
    bob.expects(told)
    assert office.record().status == told
    assert office.is_at_rest()


def test_decline_of_one_phone_is_for_all(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    desk.answers(603)
    bob.expects(603)
    lab.expects("CANCEL")
    lab.answers(487)
    record = office.record()
    assert (record.status, record.cause, record.called_phone) == (603, 21, "SEP000000001003")
    assert office.is_at_rest()


def test_caller_hangs_up_and_all_phones_stop(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    bob.cancels()
    for called in (desk, lab):
        called.expects("CANCEL")
        called.answers(487)
    bob.expects(200)
    bob.expects(487)
    assert office.is_at_rest()


def test_phone_that_never_answers_the_cancel_is_forgotten(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    ring_both(bob, desk, lab)
    desk.is_off = True
    accepts(lab, bob, ANSWER)
    hang_up(bob, lab)
    assert office.is_at_rest()


def test_all_contacts_of_one_line_ring_and_count_as_one_call(
    office: Office, bob: Handset, lab: Handset
) -> None:
    second = office.handset("1009", "SEP000000002009", place=flow("198.51.100.10"))
    ring_both(bob, second, lab)
    assert office.control.counts()["lines_in_use"] == 2
    accepts(second, bob, ANSWER)
    lab.expects("CANCEL")
    lab.answers(487)
    hang_up(bob, second)
    assert office.is_at_rest()


def test_shared_line_calling_itself_rings_the_other_phone(
    office: Office, desk: Handset, lab: Handset
) -> None:
    lab.dials("1009")
    lab.expects(100)
    invite = desk.request("INVITE")
    assert invite.from_.sip_uri.user == "1009"
    assert lab.hears_nothing()
    desk.answers(486)
    lab.expects(486)
    assert office.is_at_rest()


def test_busy_line_is_not_rung_while_the_other_one_is(
    office: Office, bob: Handset, desk: Handset, lab: Handset
) -> None:
    shared = office.site.phones["SEP000000002009"]
    office.configure(replace(shared, lines=(replace(shared.lines[0], busy_trigger=1),)))
    ring_both(bob, desk, lab)
    lab.answers(200, ANSWER)
    bob.expects(200)
    bob.acks()
    desk.ignores_all()
    desk.answers(487)
    desk.ignores_all()
    lab.expects("ACK")
    alice = office.handset("1001")
    alice.dials("1009")
    alice.expects(100)
    desk.expects("INVITE")
    assert lab.hears_nothing()
    desk.answers(480)
    alice.expects(486)
    assert office.records[-1].decision.rule == "busy"
    hang_up(bob, lab)
    assert office.is_at_rest()


def test_a_fork_behind_one_contact_gets_one_call(
    office: Office, alice: Handset, bob: Handset
) -> None:
    dial(alice, bob)
    bob.answers(200, ANSWER, tag="one")
    bob.answers(200, ANSWER, tag="two")
    other = bob.request("ACK")
    assert other.to.tag == "two"
    bye = bob.request("BYE")
    assert bye.to.tag == "two"
    bob.answers(200, to=bye, tag="two")
    alice.expects(200)
    alice.acks()
    assert bob.request("ACK").to.tag == "one"
    bob.tag = "one"
    hang_up(alice, bob)
    assert office.is_at_rest()
