"""Decisions in the log of the process: why a phone was refused, in one line, without a secret."""

import logging
import re

from sipcore.ports import CallRecord, Decision, RegistrationAttempt

log = logging.getLogger("ccmadmin.sip")

# A peer must not be able to write lines of its own into the log, or colours.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")


def log_attempt(attempt: RegistrationAttempt) -> None:
    """Log what an administrator would want to know; challenges are everyday."""
    host, port = attempt.flow.remote
    log.log(
        level_of(attempt.decision),
        "REGISTER of %s from %s %s:%d: %s",
        clean(attempt.phone or attempt.userid or attempt.number or "a stranger"),
        attempt.flow.transport,
        host,
        port,
        told(attempt.decision),
    )


def log_call(call: CallRecord) -> None:
    """Log a call that is over; busy and unanswered ones are everyday, too."""
    if not log.isEnabledFor(logging.INFO):
        return  # the text takes longer than anything else of the record
    log.info(
        "call from %s to %s: %s",
        clean(call.caller_number or "a stranger"),
        clean(call.dialed),
        told(call.decision),
    )


def level_of(decision: Decision) -> int:
    if decision.outcome == "refused":
        return logging.WARNING
    return logging.DEBUG if decision.outcome == "challenged" else logging.INFO


def told(decision: Decision) -> str:
    what = f"{decision.outcome} ({decision.rule}, {decision.status})"
    words = (what, *(text.rstrip(".") for text in (decision.summary, decision.advice)))
    return clean(". ".join(word for word in words if word))


def clean(text: str) -> str:
    if text.isprintable():
        return text
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
