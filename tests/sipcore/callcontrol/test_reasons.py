"""Every text is a sentence for an administrator; what a stranger sends is made harmless."""

import inspect

import pytest

from sipcore.callcontrol import outcomes, reasons, replaces
from sipcore.callcontrol.causes import Failure
from sipcore.callcontrol.lines import Party
from sipcore.callcontrol.reasons import Attempt
from sipcore.ports import Decision, Flow
from tests.sipcore.site import flow, number, phone

PHONE = phone("SEP000000001001", "swhite", "1001")
PARTY = Party(PHONE, PHONE.lines[0])
ATTEMPT = Attempt(reasons.line_of(PARTY), "1002", ("PT_Internal",))
VALUES = {
    "attempt": ATTEMPT,
    "caller": PARTY,
    "called": PARTY,
    "by": PARTY,
    "party": PARTY,
    "parties": [PARTY],
    "phones": ["SEP000000001002"],
    "phone": "SEP000000001002",
    "is_known": True,
    "is_answered": True,
    "calls": 2,
    "flow": flow("198.51.100.1"),
    "holding": ["PT_Board"],
    "received": "it came back",
    "dialed": "1002",
    "text": "Contact is missing",
    "status": 400,
    "options": ["100rel"],
    "failure": Failure(486, "SEP000000001002", 486, "Busy Here"),
    "seconds": 180.0,
    "asked_s": 60,
    "minimum_s": 90,
    "what": "answer",
    "accepted": "text/plain",
}


def decisions() -> list[tuple[str, Decision]]:
    found = []
    for module in (reasons, replaces, outcomes):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = inspect.signature(function).parameters
            returns = inspect.signature(function).return_annotation
            if name[0] == "_" or returns is not Decision or name == "refused":
                continue
            values = {each: VALUES[each] for each in parameters if each != "number"}
            if "number" in parameters:
                is_text = parameters["number"].annotation is str
                values["number"] = "1001" if is_text else number("1002")
            found.append((name, function(**values)))
    return found


@pytest.mark.parametrize(("name", "decision"), decisions())
def test_texts_are_full_sentences(name: str, decision: Decision) -> None:
    assert decision.rule
    assert decision.summary
    assert not decision.summary.endswith(".")
    assert decision.received or name == "malformed"
    for text in (decision.expected, decision.received, decision.advice):
        assert not text or (text[0].isupper() or text[0].isdigit()), text
        assert not text or text.endswith(".") or name == "malformed", text
        assert ".." not in text
        assert ";." not in text


def test_number_shown_is_harmless_and_the_number_looked_up_is_not_changed() -> None:
    attempt = Attempt("line 1001", "1\x00\udcff", ())
    assert attempt.dialed == "1\x00\udcff"
    assert attempt.number.isprintable()
    assert attempt.reachable == "<None>"


def test_place_names_the_partition() -> None:
    assert reasons.place_of(number("1002")) == "1002 in partition PT_Internal"
    assert reasons.place_of(number("1002", "")) == "1002 in partition <None>"


def test_caller_without_a_number_is_nobody() -> None:
    assert "from nobody" in reasons.caller_not_registered("", FLOW).received


def test_deleted_and_inactive_phones_are_told_apart() -> None:
    assert reasons.caller_inactive("SEP1", is_known=True).rule == "device-inactive"
    assert reasons.caller_inactive("SEP1", is_known=False).rule == "caller-not-registered"


FLOW: Flow = flow("198.51.100.1")
