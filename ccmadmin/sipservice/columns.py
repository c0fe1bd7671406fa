"""Between the engine's values and the columns of the runtime database.

What a peer sent is made storable here: octets that are not UTF-8, NULs, lengths, numbers.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from sys import intern
from typing import Any

from django.db.models import CharField, Model

from ccmadmin import models
from ccmadmin.sipservice.clock import Clock
from sipcore.ports import Address, Binding, CallRecord, Decision, Flow, RegistrationAttempt

LONGEST_TEXT = 2000
LARGEST_NUMBER = 2**32 - 1  # Expires and CSeq are 32 bits (RFC 3261 section 25.1 and 8.1.1.5)
# Octets that are no UTF-8 travel through the engine as lone surrogates.
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
_OCTET = re.compile("[\udc80-\udcff]")


def text(value: str, longest: int = LONGEST_TEXT) -> str:
    if _is_plain(value) and len(value) <= longest:
        return value
    return _NOT_TEXT.sub("\ufffd", value)[:longest]


def uri(value: str) -> str:
    """Keep a URI exact: an octet outside ASCII and its escape are the same (19.1.4)."""
    if _is_plain(value):
        return value
    return _NOT_TEXT.sub("", _OCTET.sub(lambda found: f"%{ord(found[0]) - 0xDC00:02X}", value))


def _is_plain(value: str) -> bool:
    return value.isascii() and "\0" not in value


def number(value: int | None) -> int | None:
    return None if value is None else min(value, LARGEST_NUMBER)


def fitting(model: type[Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values with every text storable and no longer than its column."""
    longest = longest_of(model)
    fit = dict(values)
    for name, value in values.items():
        if isinstance(value, str) and not (_is_plain(value) and len(value) <= longest[name]):
            fit[name] = text(value, longest[name])
    return fit


@cache
def longest_of(model: type[Model]) -> dict[str, int]:
    """Return how long a text may be, by column."""
    return {
        field.name: (field.max_length if isinstance(field, CharField) else None) or LONGEST_TEXT
        for field in model._meta.concrete_fields
    }


# -- bindings ------------------------------------------------------------------------------------

Key = tuple[str, str, str]


def binding_key(key: Key) -> Key:
    phone, line, contact = key
    return phone, line, uri(contact)


BINDING_COLUMNS = (
    "phone",
    "number",
    "contact",
    "node",
    "partition",
    "transport",
    "local_host",
    "local_port",
    "remote_host",
    "remote_port",
    "call_id",
    "cseq",
    "user_agent",
    "requested_expires",
    "path",
    "q",
    "registered_at",
    "refreshed_at",
    "expires_at",
)
BINDING_KEY = BINDING_COLUMNS[:3]
LOADED_COLUMNS = tuple(name for name in BINDING_COLUMNS if name not in ("node", "refreshed_at"))
LOADED_AS_TEXT = frozenset({"path", "registered_at", "expires_at"})
"""What a start needs of a binding; some as it is stored, because Django's way from there to dates
and lists would take a second for 100,000."""
NO_PATH = "[]"


def binding_row(
    binding: Binding, node: str, now: Any, date: Callable[[float], Any], path: Callable[[Any], Any]
) -> tuple[Any, ...]:
    """Return BINDING_COLUMNS of a binding that was refreshed just `now`.

    `date` and `path` make of moments and of lists what the database stores.
    """
    flow = binding.flow
    return (
        binding.phone,
        binding.number,
        uri(binding.contact),
        node,
        binding.partition,
        flow.transport,
        *flow.local,
        *flow.remote,
        uri(binding.call_id),
        number(binding.cseq),
        text(binding.user_agent),
        number(binding.requested_expires_s),
        path([uri(hop) for hop in binding.path] if binding.path else []),
        binding.q,
        date(binding.registered_at),
        now,
        date(binding.expires_at),
    )


def renewal_row(
    binding: Binding, node: str, now: Any, date: Callable[[float], Any]
) -> tuple[Any, ...]:
    """Return cseq, refreshed_at, expires_at, BINDING_KEY and node of a binding just refreshed."""
    return (
        number(binding.cseq),
        now,
        date(binding.expires_at),
        binding.phone,
        binding.number,
        uri(binding.contact),
        node,
    )


def binding_of(row: Sequence[Any], clock: Clock) -> Binding:
    """Return the value of LOADED_COLUMNS, sharing the texts that many phones have in common.

    A TCP connection of an earlier process is gone, so its number is 0.
    """
    (
        phone,
        number,
        contact,
        partition,
        transport,
        local_host,
        local_port,
        remote_host,
        remote_port,
        call_id,
        cseq,
        user_agent,
        requested_expires,
        path,
        q,
        registered_at,
        expires_at,
    ) = row
    return Binding(
        phone,
        number,
        intern(partition),
        contact,
        Flow(
            intern(transport),
            _local_address(local_host, local_port),
            (intern(remote_host), remote_port),
        ),
        call_id,
        cseq,
        clock.moment(registered_at),
        clock.moment(expires_at),
        intern(user_agent),
        requested_expires,
        () if path == NO_PATH else tuple(json.loads(path)),
        q,
    )


@lru_cache(maxsize=1024)
def _local_address(host: str, port: int) -> Address:
    return host, port


# -- what happened -------------------------------------------------------------------------------


def attempt_values(
    attempt: RegistrationAttempt, node: str, stored: Callable[[float], Any]
) -> dict[str, Any]:
    """Return the columns of an attempt; `stored` makes of a moment what the database stores."""
    flow, at = attempt.flow, stored(attempt.at)
    values = {
        "node": node,
        "at": at,
        "last_at": at,
        "repeats": 0,
        **decision_values(attempt.decision),
        "phone": attempt.phone,
        "userid": attempt.userid,
        "number": attempt.number,
        "contact": attempt.contact,
        "call_id": attempt.call_id,
        "user_agent": attempt.user_agent,
        "requested_expires": number(attempt.requested_expires_s),
        "transport": flow.transport,
        "remote_host": flow.remote[0],
        "remote_port": flow.remote[1],
    }
    return fitting(models.RegistrationAttempt, values)


def call_values(
    call: CallRecord, node: str, stored: Callable[[float], Any]
) -> dict[str, str | int | Any]:
    """Return the columns of a call; `stored` makes of a moment what the database stores."""

    def date(at: float | None) -> Any:
        return None if at is None else stored(at)

    values = {
        "node": node,
        **decision_values(call.decision),
        "status": call.status,
        "call_id": call.call_id,
        "caller_phone": call.caller_phone,
        "caller_number": call.caller_number,
        "caller_partition": call.caller_partition,
        "dialed": call.dialed,
        "called_number": call.called_number,
        "called_partition": call.called_partition,
        "called_phone": call.called_phone,
        "started_at": date(call.started_at),
        "ringing_at": date(call.ringing_at),
        "answered_at": date(call.answered_at),
        "ended_at": date(call.ended_at),
        "cause": call.cause,
        "ended_by": call.ended_by,
    }
    return fitting(models.CallRecord, values)


def decision_values(decision: Decision) -> dict[str, Any]:
    return {
        "outcome": decision.outcome,
        "rule": decision.rule,
        "status": decision.status,
        "reason_code": decision.reason_code,
        "summary": decision.summary,
        "expected": decision.expected,
        "received": decision.received,
        "advice": decision.advice,
    }
