from sipcore.message import REASONS


def test_phrases_are_those_of_the_standard() -> None:
    assert REASONS[423] == "Interval Too Brief"
    assert REASONS[481] == "Call/Transaction Does Not Exist"


def test_every_status_is_a_status_and_every_phrase_one_line() -> None:
    for status, phrase in REASONS.items():
        assert 100 <= status <= 699
        assert phrase.isprintable()
