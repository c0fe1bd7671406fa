import pytest

from sipcore.authentication.replays import Replays


def test_a_count_is_good_once_and_may_leave_gaps() -> None:
    replays = Replays()
    uses = ["00000001", "00000001", "00000002", "00000009", "00000003", "0000000a"]
    assert [replays.is_replay(1, nc) for nc in uses] == [*(False, True, False, False, True, False)]


def test_each_nonce_has_counts_of_its_own() -> None:
    replays = Replays()
    assert not replays.is_replay(1, "00000005")
    assert not replays.is_replay(2, "00000001")
    assert len(replays) == 2


@pytest.mark.parametrize("count", ["", "x", "-1", "0x1", "000000001", "\u0661"])
def test_what_is_no_count_is_good_once(count: str) -> None:
    replays = Replays()
    assert not replays.is_replay(1, count)
    assert replays.is_replay(1, count)


def test_memory_is_bounded_and_what_is_forgotten_is_not_good_again() -> None:
    replays = Replays(memory=3)
    for number in range(10):
        assert not replays.is_replay(number, "00000001")
    assert len(replays) == 3
    assert replays.is_replay(2, "00000002")
    assert replays.is_replay(6, "00000001")
    assert not replays.is_replay(10, "00000001")
    assert not replays.is_replay(9, "00000002")
