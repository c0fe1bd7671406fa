from sipcore.authentication.failures import Failures

WHO = ("swhite", "198.51.100.1")


def failing(times: int, **values: int) -> Failures:
    failures = Failures(**({"limit": 3, "window_s": 60} | values))
    for second in range(times):
        failures.add(WHO, "old", float(second))
    return failures


def test_attempts_below_the_limit_are_welcome():
    assert failing(2).blocked_for(WHO, "old", 2.0) == 0
    assert failing(0).blocked_for(WHO, "old", 2.0) == 0


def test_the_limit_blocks_until_the_oldest_failure_leaves_the_window():
    failures = failing(3)
    assert failures.blocked_for(WHO, "old", 10.0) == 50.0
    assert failures.blocked_for(WHO, "old", 59.9) > 0
    assert failures.blocked_for(WHO, "old", 60.0) == 0


def test_one_more_failure_after_the_block_blocks_again():
    failures = failing(3)
    failures.add(WHO, "old", 60.5)
    assert failures.blocked_for(WHO, "old", 60.6) > 0


def test_a_slow_phone_with_a_wrong_password_is_never_blocked():
    failures = Failures(limit=3, window_s=60)
    for attempt in range(20):
        now = attempt * 30.0
        assert failures.blocked_for(WHO, "old", now) == 0
        failures.add(WHO, "old", now)


def test_another_user_or_another_address_is_not_blocked():
    failures = failing(3)
    assert failures.blocked_for(("bjones", WHO[1]), "old", 3.0) == 0
    assert failures.blocked_for((WHO[0], "198.51.100.2"), "old", 3.0) == 0


def test_new_credentials_start_afresh():
    failures = failing(3)
    assert failures.blocked_for(WHO, "new", 3.0) == 0
    failures.add(WHO, "new", 3.0)
    assert failures.blocked_for(WHO, "new", 3.0) == 0


def test_memory_is_bounded_and_forgets_the_oldest():
    failures = failing(3, memory=2)
    failures.add(("bjones", "a"), "x", 4.0)
    failures.add(("mgreen", "a"), "x", 4.0)
    assert len(failures) == 2
    assert failures.blocked_for(WHO, "old", 4.0) == 0


def test_times_kept_for_one_pair_are_bounded():
    assert repr(failing(50)._records[WHO].times).count(",") == 2


def test_the_secret_is_not_shown():
    assert "old" not in repr(failing(1)._records)
