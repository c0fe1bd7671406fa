"""The registrar: RFC 3261 section 10.3, for phones that are known by their digest username."""

from sipcore.registrar.attempts import challenged, lost, malformed, renewed
from sipcore.registrar.commits import Commits
from sipcore.registrar.outline import Outline, outline_of
from sipcore.registrar.reasons import connection_lost, expired, unavailable
from sipcore.registrar.registrar import (
    MAX_CONTACTS,
    RETRY_AFTER_S,
    RETRY_LATER,
    RegisterOutcome,
    Registrar,
)
from sipcore.registrar.renewals import Judged, Renewals, Renewed

__all__ = [
    "MAX_CONTACTS",
    "RETRY_AFTER_S",
    "RETRY_LATER",
    "Commits",
    "Judged",
    "Outline",
    "RegisterOutcome",
    "Registrar",
    "Renewals",
    "Renewed",
    "challenged",
    "connection_lost",
    "expired",
    "lost",
    "malformed",
    "outline_of",
    "renewed",
    "unavailable",
]
