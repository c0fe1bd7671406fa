from sipcore.transaction.answers import Answers
from tests.sipcore.transaction.ladder import TCP, UDP

ONE, TWO, MERGED = ("z9hg4bkone", "host", 5060, "BYE"), ("z9hg4bktwo",), ("tag", "call", "merged")


def test_an_answer_is_found_by_all_its_names_until_its_time_is_over() -> None:
    answers = Answers()
    answers.put([ONE, MERGED], UDP, b"200", until=32.0)
    answers.put([TWO], TCP, b"404", until=33.0)
    assert answers.find(ONE) == answers.find(MERGED) == (UDP, b"200")
    assert answers.next_deadline() == 32.0
    answers.expire(32.0)
    assert answers.find(ONE) is answers.find(MERGED) is None
    assert answers.find(TWO) == (TCP, b"404")
    assert len(answers) == 1
    answers.expire(40.0)
    assert (len(answers), answers.next_deadline()) == (0, None)


def test_of_too_many_answers_the_oldest_goes_early() -> None:
    answers = Answers(memory=4)
    for number in range(5):
        answers.put([("a", number), ("b", number)], UDP, b"", until=32.0 + number)
    assert len(answers) == 2
    assert [answers.find(("a", number)) is None for number in range(5)] == [
        True, True, True, False, False,
    ]  # fmt: skip


def test_what_is_held_is_known_and_has_no_answer_yet() -> None:
    answers = Answers()
    answers.hold([ONE, MERGED], UDP)
    assert answers.find(ONE) == answers.find(MERGED) == (UDP, b"")
    assert (len(answers), answers.next_deadline()) == (0, None)
    answers.put([ONE, MERGED], UDP, b"200", until=32.0)
    assert answers.find(ONE) == (UDP, b"200")
    answers.expire(32.0)
    assert answers.find(ONE) is answers.find(MERGED) is None
