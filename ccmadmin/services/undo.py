"""Undo: a change, or all that one request changed, taken back as a new change.

What is taken back is only what the change did: a field that somebody else changed meanwhile stays.
Where they changed the same, nothing is undone and `UndoRefusedError` names the changes in the way.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog
from ccmadmin.models.router import CONFIGURATION_ALIAS
from ccmadmin.services.changes import Actor, writing
from ccmadmin.services.undoing import InTheWayError, Obstacle, take_back

__all__ = ["Obstacle", "UndoRefusedError", "Undone", "plan", "preview", "undo", "undone_by"]

LARGEST = 250  # changes that one page undoes: others wait with writing meanwhile
ROUNDS = 50


class UndoRefusedError(Exception):
    """Nothing was undone; each obstacle says what is in the way."""

    def __init__(self, *obstacles: Obstacle) -> None:
        super().__init__(" ".join(obstacle.text for obstacle in obstacles))
        self.obstacles = obstacles


@dataclass
class Undone:
    """What was written, in its order, and what could not be brought back."""

    changes: list[ChangeLog] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def plan(
    change: ChangeLog, *, whole_request: bool = False, is_limited: bool = True
) -> list[ChangeLog]:
    """Return the changes that are to be taken back, the newest first.

    A change goes with what it brought about: a phone with the devices of the users who had it.
    Raises `UndoRefusedError` when all are undone already, or there are more than `LARGEST`.
    """
    chosen = ChangeLog.objects.filter(_chosen(change, whole_request)).order_by("-sequence")
    if is_limited and chosen[LARGEST : LARGEST + 1]:
        text = _(
            "The request changed more than %(limit)s records. That takes too long for a page: "
            "run “manage.py undo %(revision)s --whole-request” on the server."
        )
        raise UndoRefusedError(Obstacle(text % {"limit": LARGEST, "revision": change.sequence}))
    found = list(chosen)
    undone = undone_by(found)
    own = {each.sequence for each in found}
    left = [each for each in found if each.sequence not in undone and each.undoes not in own]
    if not left:
        raise _undone_already(change, undone.get(change.sequence))
    return left


def _chosen(change: ChangeLog, whole_request: bool) -> Q:
    """Name a request by its user and source, too: a script may choose the id that it sends."""
    if whole_request and change.request_id:
        return Q(request_id=change.request_id, user=change.user, source=change.source)
    return Q(sequence=change.sequence) | Q(part_of=change.sequence)


def undone_by(changes: Iterable[ChangeLog]) -> dict[int, ChangeLog]:
    """Return which of the changes are undone, each with the change that undid it last.

    An undoing that was itself undone does not count.
    """
    revisions = [change.sequence for change in changes]
    asked = set(revisions)
    undoings: dict[int, ChangeLog] = {}
    for _round in range(ROUNDS):
        found = ChangeLog.objects.filter(undoes__in=asked) if asked else ()
        newer = {each.undoes: each for each in sorted(found, key=lambda each: each.sequence)}
        undoings |= {revision: each for revision, each in newer.items() if revision is not None}
        asked = {each.sequence for each in newer.values()}
    return {
        revision: undoings[revision] for revision in revisions if _is_undone(revision, undoings)
    }


def _is_undone(revision: int, undoings: Mapping[int, ChangeLog]) -> bool:
    undoing = undoings.get(revision)
    return undoing is not None and not _is_undone(undoing.sequence, undoings)


def undo(changes: Sequence[ChangeLog], *, actor: Actor, comment: str = "") -> Undone:
    """Take back the changes of a plan, all or none.

    Raises `UndoRefusedError`; whether the actor may change each record, the caller has asked.
    """
    done = Undone()
    with writing():
        undone = undone_by(changes)
        for change in changes:
            if change.sequence in undone:
                raise _undone_already(change, undone[change.sequence])
        own = frozenset(change.sequence for change in changes)
        for change in changes:
            try:
                written = take_back(change, own=own, actor=actor, comment=comment)
            except InTheWayError as error:
                raise UndoRefusedError(*error.obstacles) from error
            done.changes += [written.change] if written.change is not None else []
            done.warnings += written.warnings
        if not done.changes:
            text = _("Nothing is left of revision %(revision)s: it is as it was before already.")
            said = [text % {"revision": changes[0].sequence}, *done.warnings]
            raise UndoRefusedError(*(Obstacle(sentence) for sentence in said))
    return done


def _undone_already(change: ChangeLog, by: ChangeLog | None) -> UndoRefusedError:
    text = _("Revision %(revision)s is undone already.")
    return UndoRefusedError(Obstacle(text % {"revision": change.sequence}, by))


def preview(changes: Sequence[ChangeLog], *, actor: Actor) -> Undone:
    """Return what `undo` would write, and write nothing; raises `UndoRefusedError` as it does."""
    with writing():
        done = undo(changes, actor=actor)
        transaction.set_rollback(True, using=CONFIGURATION_ALIAS)
    return done
