"""Locating SIP servers: RFC 3263. `dns_client` asks; all else works on values."""

from sipcore.resolver.cache import AnswerCache, DeadTargets
from sipcore.resolver.records import Answer, Naptr, Query, Srv
from sipcore.resolver.targets import Located, Rounds, Target, locate, next_host

__all__ = [
    "Answer",
    "AnswerCache",
    "DeadTargets",
    "Located",
    "Naptr",
    "Query",
    "Rounds",
    "Srv",
    "Target",
    "locate",
    "next_host",
]
