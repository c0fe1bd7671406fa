"""The registrar: RFC 3261 section 10.3, for phones that are known by their digest username."""

from sipcore.registrar.attempts import lost, malformed
from sipcore.registrar.commits import Commits
from sipcore.registrar.reasons import connection_lost, expired, unavailable
from sipcore.registrar.registrar import MAX_CONTACTS, RETRY_AFTER_S, RegisterOutcome, Registrar

__all__ = [
    "MAX_CONTACTS",
    "RETRY_AFTER_S",
    "Commits",
    "RegisterOutcome",
    "Registrar",
    "connection_lost",
    "expired",
    "lost",
    "malformed",
    "unavailable",
]
