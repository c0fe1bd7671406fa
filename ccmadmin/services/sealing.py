"""The secrets that a change took away: kept encrypted beside the log, for undoing it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ccmadmin.models import ChangeLog, SealedSecrets


def seal(change: ChangeLog, secrets: Mapping[str, Any]) -> None:
    """Keep what the secrets of a record were before `change`; empty ones need no keeping."""
    seal_all([(change, secrets)])


def seal_all(pairs: Iterable[tuple[ChangeLog, Mapping[str, Any]]]) -> None:
    """Keep the secrets of many records, each with its change."""
    kept = [
        (change, {name: value for name, value in secrets.items() if value})
        for change, secrets in pairs
    ]
    made = [
        SealedSecrets(change=change, secrets=json.dumps(values))
        for change, values in kept
        if values
    ]
    SealedSecrets.objects.bulk_create(made)


def unseal(change: ChangeLog) -> dict[str, Any]:
    """Return the secrets that were there before `change`, by field name."""
    sealed = SealedSecrets.objects.filter(pk=change.sequence).first()
    kept: dict[str, Any] = json.loads(sealed.secrets) if sealed is not None else {}
    return kept
