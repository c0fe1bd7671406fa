from dataclasses import replace

from sipcore.bindings import Bindings
from sipcore.registrar import Commits
from tests.sipcore.site import binding, flow

FIRST = binding("SEP1", "1001", flow("198.51.100.1"), cseq=1)
SECOND, THIRD = replace(FIRST, cseq=2), replace(FIRST, cseq=3)


def start() -> tuple[Bindings, Commits]:
    bindings = Bindings()
    return bindings, Commits(bindings)


def test_a_change_counts_at_once_and_stays_when_it_is_committed():
    bindings, commits = start()
    ticket = commits.begin([FIRST], [])
    assert bindings.get(FIRST.key) == FIRST
    assert len(commits) == 1
    commits.committed(ticket)
    assert bindings.get(FIRST.key) == FIRST
    assert len(commits) == 0


def test_tickets_differ_and_are_never_zero():
    _, commits = start()
    tickets = [commits.begin([FIRST], []) for _ in range(3)]
    assert 0 not in tickets
    assert len(set(tickets)) == 3


def test_a_failed_first_registration_is_gone():
    bindings, commits = start()
    commits.failed(commits.begin([FIRST], []))
    assert len(bindings) == len(commits) == 0


def test_a_failed_refresh_leaves_what_was_there():
    bindings, commits = start()
    bindings.put(FIRST)
    commits.failed(commits.begin([SECOND], []))
    assert bindings.get(FIRST.key) is FIRST


def test_a_failed_removal_brings_the_binding_back():
    bindings, commits = start()
    bindings.put(FIRST)
    ticket = commits.begin([], [FIRST.key])
    assert len(bindings) == 0
    commits.failed(ticket)
    assert bindings.get(FIRST.key) is FIRST


def test_a_failed_move_is_taken_back_as_a_whole():
    bindings, commits = start()
    bindings.put(FIRST)
    moved = replace(SECOND, contact="sip:1001@198.51.100.9")
    commits.failed(commits.begin([moved], [FIRST.key]))
    assert bindings.of_phone("SEP1") == (FIRST,)


def test_a_failure_does_not_undo_what_came_after_it():
    bindings, commits = start()
    early, late = commits.begin([FIRST], []), commits.begin([SECOND], [])
    commits.failed(early)
    assert bindings.get(FIRST.key) is SECOND
    commits.committed(late)
    assert bindings.get(FIRST.key) is SECOND


def test_two_failures_in_a_row_leave_what_the_disk_has():
    bindings, commits = start()
    bindings.put(FIRST)
    early, late = commits.begin([SECOND], []), commits.begin([THIRD], [])
    commits.failed(early)
    commits.failed(late)
    assert bindings.get(FIRST.key) is FIRST


def test_failures_in_the_other_order_leave_what_the_disk_has():
    bindings, commits = start()
    bindings.put(FIRST)
    early, late = commits.begin([SECOND], []), commits.begin([THIRD], [])
    commits.failed(late)
    commits.failed(early)
    assert bindings.get(FIRST.key) is FIRST


def test_a_failed_removal_before_a_new_registration_that_fails_too():
    bindings, commits = start()
    bindings.put(FIRST)
    early, late = commits.begin([], [FIRST.key]), commits.begin([SECOND], [])
    commits.failed(early)
    assert bindings.get(FIRST.key) is SECOND
    commits.failed(late)
    assert bindings.get(FIRST.key) is FIRST


def test_what_ended_meanwhile_is_not_brought_back():
    bindings, commits = start()
    bindings.put(FIRST)
    ticket = commits.begin([SECOND], [])
    bindings.drop(FIRST.key)
    commits.failed(ticket)
    assert len(bindings) == 0


def test_an_unknown_ticket_does_no_harm():
    _, commits = start()
    commits.committed(17)
    commits.failed(17)


def test_a_renewal_counts_at_once_and_is_taken_back_when_it_fails():
    bindings, commits = start()
    commits.committed(commits.begin([FIRST], []))
    (first,) = bindings.of_phone("SEP1")
    ticket = commits.begin_renewal(first, SECOND)
    assert bindings.get(FIRST.key) is SECOND
    commits.failed(ticket)
    assert bindings.get(FIRST.key) is first


def test_a_renewal_that_fails_behind_another_leaves_the_later_one():
    bindings, commits = start()
    commits.committed(commits.begin([FIRST], []))
    early = commits.begin_renewal(FIRST, SECOND)
    late = commits.begin_renewal(SECOND, THIRD)
    commits.failed(early)
    assert bindings.get(FIRST.key) is THIRD
    commits.failed(late)
    assert bindings.get(FIRST.key) is FIRST
