import pytest

from sipcore.resolver import Answer, AnswerCache, DeadTargets, Query, Srv, Target
from sipcore.resolver.cache import (
    FAILURE_S,
    FIRST_BACK_OFF_S,
    LONGEST_BACK_OFF_S,
    LONGEST_NEGATIVE_S,
    LONGEST_RETRY_AFTER_S,
    LONGEST_S,
    STALE_S,
    STALE_TTL_S,
)

QUERY = Query("server1.example.com", "A")
FOUND = Answer(addresses=("192.0.2.1",), ttl_s=60.0)
FAILED = Answer(problem="no answer within 2 s")
ONE, TWO = Target("UDP", "192.0.2.1", 5060), Target("UDP", "192.0.2.2", 5060)


@pytest.fixture
def cache() -> AnswerCache:
    return AnswerCache()


@pytest.fixture
def dead() -> DeadTargets:
    return DeadTargets()


# -- answers -------------------------------------------------------------------------------------


def test_an_answer_holds_as_long_as_its_ttl_and_says_what_is_left(cache: AnswerCache):
    assert cache.get(QUERY, 0.0) is None
    assert cache.put(QUERY, FOUND, 0.0) == FOUND
    left = cache.get(QUERY, 59.0)
    assert left is not None
    assert (left.addresses, left.ttl_s) == (("192.0.2.1",), 1.0)
    assert cache.get(QUERY, 60.0) is None


def test_types_are_kept_apart(cache: AnswerCache):
    cache.put(QUERY, FOUND, 0.0)
    assert cache.get(Query(QUERY.name, "AAAA"), 0.0) is None


def test_a_ttl_of_0_is_for_this_one_use(cache: AnswerCache):
    cache.put(QUERY, Answer(addresses=("192.0.2.1",)), 0.0)
    assert cache.get(QUERY, 0.0) is None


def test_that_there_is_none_is_remembered_but_not_for_long(cache: AnswerCache):
    cache.put(QUERY, Answer(ttl_s=86_400.0), 0.0)
    none = cache.get(QUERY, LONGEST_NEGATIVE_S - 1)
    assert none is not None
    assert none.lines == ()
    assert cache.get(QUERY, LONGEST_NEGATIVE_S) is None


def test_no_answer_is_believed_for_weeks(cache: AnswerCache):
    cache.put(QUERY, Answer(srv=(Srv(0, 0, 5060, "a"),), ttl_s=10 * LONGEST_S), 0.0)
    assert cache.get(QUERY, LONGEST_S - 1) is not None
    assert cache.get(QUERY, LONGEST_S) is None


def test_a_failure_is_not_repeated_for_every_call(cache: AnswerCache):
    cache.put(QUERY, FAILED, 0.0)
    failed = cache.get(QUERY, FAILURE_S - 1)
    assert failed is not None
    assert failed.problem == FAILED.problem
    assert cache.get(QUERY, FAILURE_S) is None


def test_while_dns_fails_the_last_answer_goes_on_to_serve(cache: AnswerCache):
    cache.put(QUERY, FOUND, 0.0)
    stale = cache.put(QUERY, FAILED, 100.0)
    assert (stale.addresses, stale.problem, stale.ttl_s) == (FOUND.addresses, "", STALE_TTL_S)
    again = cache.put(QUERY, FAILED, 100.0 + STALE_TTL_S)
    assert again.addresses == FOUND.addresses
    assert cache.put(QUERY, FAILED, 60.0 + STALE_S).problem == FAILED.problem


def test_an_answer_replaces_a_failure(cache: AnswerCache):
    cache.put(QUERY, FAILED, 0.0)
    cache.put(QUERY, FOUND, 1.0)
    assert cache.get(QUERY, 2.0) is not None
    assert cache.put(QUERY, Answer(ttl_s=5.0), 100.0).lines == ()


def test_the_cache_forgets_what_was_used_longest_ago():
    cache = AnswerCache(size=2)
    others = [Query(f"server{number}.example.com", "A") for number in (2, 3)]
    for query in (QUERY, others[0]):
        cache.put(query, FOUND, 0.0)
    cache.get(QUERY, 1.0)
    cache.put(others[1], FOUND, 1.0)
    assert len(cache) == 2
    assert cache.get(QUERY, 2.0) is not None
    assert cache.get(others[0], 2.0) is None


# -- dead targets --------------------------------------------------------------------------------


def test_a_target_that_failed_is_tried_last_for_a_while(dead: DeadTargets):
    assert dead.last([ONE, TWO], 0.0) == [ONE, TWO]
    dead.failed(ONE, 0.0)
    assert dead.is_dead(ONE, 1.0)
    assert dead.last([ONE, TWO], 1.0) == [TWO, ONE]
    assert dead.last([ONE, TWO], FIRST_BACK_OFF_S) == [ONE, TWO]


def test_when_all_are_dead_their_order_stays(dead: DeadTargets):
    dead.failed(TWO, 0.0)
    dead.failed(ONE, 0.0)
    assert dead.last([ONE, TWO], 1.0) == [ONE, TWO]


def test_the_back_off_doubles_up_to_a_limit(dead: DeadTargets):
    now, waits = 0.0, []
    for _ in range(7):
        dead.failed(ONE, now)
        start = now
        while dead.is_dead(ONE, now):
            now += 1.0
        waits.append(now - start)
    assert waits == [30.0, 60.0, 120.0, 240.0, 480.0, LONGEST_BACK_OFF_S, LONGEST_BACK_OFF_S]


def test_calls_that_fail_together_count_as_one_failure(dead: DeadTargets):
    for _ in range(5):
        dead.failed(ONE, 0.0)
    assert not dead.is_dead(ONE, FIRST_BACK_OFF_S)


def test_an_answer_ends_the_back_off(dead: DeadTargets):
    dead.failed(ONE, 0.0)
    dead.answered(ONE)
    assert not dead.is_dead(ONE, 1.0)
    dead.failed(ONE, 100.0)
    assert not dead.is_dead(ONE, 100.0 + FIRST_BACK_OFF_S)


def test_a_503_says_itself_for_how_long(dead: DeadTargets):
    dead.failed(ONE, 0.0, retry_after_s=5.0)
    assert dead.is_dead(ONE, 4.9)
    assert not dead.is_dead(ONE, 5.0)
    dead.failed(TWO, 0.0, retry_after_s=10**9)
    assert not dead.is_dead(TWO, LONGEST_RETRY_AFTER_S)


def test_the_dead_are_bounded():
    dead = DeadTargets(size=3)
    for number in range(10):
        dead.failed(Target("UDP", "192.0.2.1", 5060 + number), 0.0)
    assert len(dead) == 3
