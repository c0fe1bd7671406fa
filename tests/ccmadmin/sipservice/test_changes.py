from ccmadmin.sipservice.changes import Changes
from sipcore.actions import SaveBindings
from sipcore.ports import Renewal
from tests.ccmadmin.sipservice.values import binding

OLD, NEW = binding(cseq=1), binding(cseq=2)
KEY = OLD.key
SAVE_OLD, SAVE_NEW = SaveBindings(1, (OLD,)), SaveBindings(2, (NEW,))
RENEW = SaveBindings(3, renewed=(Renewal(NEW, "swhite", 120, 1000.0),))
REMOVE = SaveBindings(0, removed=(KEY,))


def test_the_last_word_on_a_binding_counts() -> None:
    assert Changes.of([SAVE_OLD, SAVE_NEW]) == Changes(saved={KEY: NEW})
    assert Changes.of([SAVE_OLD, REMOVE]) == Changes(removed={KEY})
    assert Changes.of([RENEW, REMOVE]) == Changes(removed={KEY})
    assert Changes.of([REMOVE, SAVE_NEW]) == Changes(saved={KEY: NEW})
    assert Changes.of([SaveBindings(1, (NEW,), removed=(KEY,))]) == Changes(saved={KEY: NEW})


def test_what_was_there_before_is_only_renewed() -> None:
    assert Changes.of([RENEW]) == Changes(renewed={KEY: NEW})
    assert Changes.of([RENEW, SAVE_OLD]) == Changes(saved={KEY: OLD})


def test_what_is_new_or_was_removed_is_written_as_a_whole_however_it_is_renewed() -> None:
    assert Changes.of([SAVE_OLD, RENEW]) == Changes(saved={KEY: NEW})
    assert Changes.of([REMOVE, RENEW]) == Changes(saved={KEY: NEW})


def test_they_are_counted() -> None:
    assert len(Changes.of([SAVE_OLD, RENEW, REMOVE])) == 1
    assert len(Changes()) == 0
