import pytest
from django.utils import translation

from ccmadmin.models import CallRecord, RegistrationAttempt
from ccmadmin.models.verdicts import told
from sipcore.authentication import reasons as authentication
from sipcore.authentication.reasons import Claim
from sipcore.callcontrol import outcomes, reasons
from sipcore.callcontrol.causes import Failure
from sipcore.callcontrol.reasons import Attempt

CLAIM = Claim("REGISTER", "1002", "swhite", "192.0.2.7", "UDP", "ccmsipline")


def test_english_pages_show_what_was_stored() -> None:
    with translation.override("en"):
        assert told("No End User has the ID swhite") == "No End User has the ID swhite"


def test_a_sentence_keeps_its_values_in_another_language() -> None:
    with translation.override("de"):
        decision = authentication.unknown_user(CLAIM)
        assert told(decision.summary) == "Kein Endbenutzer hat die ID swhite"
        assert told(decision.expected).startswith("Die Benutzer-ID eines Endbenutzers")
        assert "legen Sie den Endbenutzer swhite an" in told(decision.advice)


def test_a_sentence_within_a_sentence_is_told_too() -> None:
    with translation.override("de"):
        text = told(authentication.unknown_user(CLAIM).received)
    assert text == (
        "Die Autorisierungs-ID swhite in: REGISTER für Nummer 1002 von 192.0.2.7 über UDP."
    )


def test_a_part_that_stands_alone_is_told_too() -> None:
    attempt = Attempt("1001", "1002", ())
    failure = Failure(486, "SEP000000001002", 486, "Busy Here")
    with translation.override("de"):
        assert told(f"{attempt.came}.") == "Ein Anruf an 1002 von 1001."
        text = told(outcomes.failed(attempt, failure, 486).received)
    assert text == "Ein Anruf an 1002 von 1001; SEP000000001002 sendete 486 Busy Here."


@pytest.mark.parametrize(
    "text", ["", "Gone Fishing", "An old release wrote this.", "100 % (of) [it]", "."]
)
def test_what_no_template_recognizes_stays(text: str) -> None:
    with translation.override("de"):
        assert told(text) == text


def test_values_that_look_like_templates_are_left_alone() -> None:
    with translation.override("de"):
        text = told(reasons.number_not_found(Attempt("%(caller)s", "100%", ())).summary)
    assert text == "Keine Rufnummer 100%"


def test_records_are_shown_in_the_language_of_the_page() -> None:
    attempt = RegistrationAttempt(outcome="refused", summary="SEP000000001002 is not active")
    call = CallRecord(ended_by="caller", outcome="accepted", summary="SEP000000001002 answered")
    assert attempt.get_summary_display() == attempt.summary
    with translation.override("de"):
        assert attempt.get_summary_display() == "SEP000000001002 ist nicht aktiv"
        assert attempt.get_outcome_display() == "Abgelehnt"
        assert call.get_summary_display() == "SEP000000001002 hat abgehoben"
        assert call.get_ended_by_display() == "Anrufer"
