"""Taking back one change: what was added is deleted, what was changed is put back, and so on."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ccmadmin.models import ChangeLog, Record, list_model
from ccmadmin.services import records
from ccmadmin.services.changes import Actor
from ccmadmin.services.dependents import StillUsedError
from ccmadmin.services.merging import ConflictError, list_taken_back, taken_back
from ccmadmin.services.restoring import in_todays_names, plain_fields, restore
from ccmadmin.services.sealing import unseal
from ccmadmin.services.trail import key_now, later, model_named

CHANGED = "changed"


@dataclass(frozen=True)
class Obstacle:
    """What is in the way of undoing: a sentence, and where there is one, the change to blame.

    `model`, `key` and `path` name the record and the field that a rule refused.
    """

    text: str
    change: ChangeLog | None = None
    model: str = ""
    key: str = ""
    path: str = ""


class InTheWayError(Exception):
    def __init__(self, *obstacles: Obstacle) -> None:
        super().__init__(" ".join(obstacle.text for obstacle in obstacles))
        self.obstacles = obstacles


@dataclass
class Written:
    """The change that took another one back; None where the record was so already."""

    change: ChangeLog | None = None
    warnings: list[str] = field(default_factory=list)


@dataclass
class Undoing:
    """One change on its way back; `own` are the revisions that are undone together with it."""

    change: ChangeLog
    model: type[Record]
    own: frozenset[int]
    actor: Actor
    comment: str

    @property
    def words(self) -> dict[str, str]:
        name = capfirst(str(self.model._meta.verbose_name))
        return {"name": name, "key": self.change.key, "revision": str(self.change.sequence)}

    def load(self) -> Record:
        """Return the record as it is now, under whatever name."""
        key = key_now(self.model, self.change.key, self.change.sequence)
        named: Any = self.model.lookup(key)
        found: Record | None = named.complete().first()
        is_gone = any(entry.action == ChangeLog.Action.DELETE for entry in self.later[-1:])
        if found is None or is_gone:
            text = _("%(name)s “%(key)s” has been deleted since.") % self.words
            raise InTheWayError(*self.blame(text, ()))
        return found

    @cached_property
    def later(self) -> list[ChangeLog]:
        return later(self.change)

    def blame(self, text: str, touched: Collection[str]) -> list[Obstacle]:
        """Name the later changes that deleted the record or touched one of its fields.

        Without one of these the obstacle is the sentence alone.
        """
        entries = [entry for entry in self.later if self._touches(entry, touched)]
        present = {entry.sequence for entry in entries} | self.own
        undone = {entry.undoes for entry in entries} | self.own
        left = [e for e in entries if e.sequence not in undone and e.undoes not in present]
        alone = Obstacle(text, model=self.change.model, key=self.change.key)
        return [Obstacle(text, entry) for entry in left] or [alone]

    @staticmethod
    def _touches(entry: ChangeLog, touched: Collection[str]) -> bool:
        before, after = entry.before or {}, entry.after
        if after is None:
            return True
        return any(before.get(name) != after.get(name) for name in touched)

    def refuse_changed(self, names: Collection[str]) -> None:
        """Refuse because of fields that are not as the change left them."""
        if not names:
            return
        text = _("%(name)s “%(key)s”: %(fields)s changed since revision %(revision)s.")
        fields = ", ".join(label_of(self.model, name) for name in names)
        raise InTheWayError(*self.blame(text % {**self.words, "fields": fields}, names))


def take_back(
    change: ChangeLog, *, own: frozenset[int], actor: Actor, comment: str = ""
) -> Written:
    """Write the opposite of one change; raises `InTheWayError`."""
    try:
        model = model_named(change.model)
    except LookupError as error:
        text = _("There are no records of the kind “%(model)s” any more.")
        raise InTheWayError(Obstacle(text % {"model": change.model}, change)) from error
    undoing = Undoing(change, model, own, actor, comment)
    try:
        return WAYS[ChangeLog.Action(change.action)](undoing)
    except StillUsedError as error:
        raise InTheWayError(Obstacle(str(error), model=change.model, key=change.key)) from error
    except ValidationError as error:
        raise InTheWayError(*of_rules(change, error)) from error


def of_rules(change: ChangeLog, error: ValidationError) -> Iterator[Obstacle]:
    """Yield what the record's rules refuse: their own sentences, with value and cure."""
    found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
    for path, texts in found.items():
        for text in texts:
            named = "" if path == NON_FIELD_ERRORS else path
            yield Obstacle(text, model=change.model, key=change.key, path=named)


# -- the three ways ------------------------------------------------------------------------------


def delete_again(undoing: Undoing) -> Written:
    """Take back an addition, unless the record was changed or is used by now."""
    record = undoing.load()
    (after,) = in_todays_names(
        undoing.model, [undoing.change.after or {}], undoing.change.sequence
    )
    now = records.document(record)
    refuse_changed_secrets(undoing, record, undoing.model.SECRETS)
    undoing.refuse_changed([name for name in after if after[name] != now.get(name, after[name])])
    users = records.dependents(record)
    if users:
        raise StillUsedError(record.key, users, len(users))
    revision = undoing.change.sequence
    change = records.delete(record, actor=undoing.actor, comment=undoing.comment, undoes=revision)
    return Written(change)


def add_again(undoing: Undoing) -> Written:
    """Take back a deletion: the record as it was, with its lists and its secrets."""
    change, model = undoing.change, undoing.model
    (before,) = in_todays_names(model, [change.before or {}], change.sequence)
    record = model()
    restore(record, {name: before[name] for name in plain_fields(model) if name in before})
    refuse_taken_key(undoing, record)
    kept = unseal(change)
    for name, value in kept.items():
        record.restore_secret(name, value)
    lost = [name for name in model.SECRETS if before.get(f"has_{name}") and name not in kept]
    lists = {name: before[name] for name in model.LISTS if name in before}
    return write(undoing, record, lists, lost)


def put_back(undoing: Undoing) -> Written:
    """Take back a change of fields and lists; what others changed meanwhile stays."""
    change, record = undoing.change, undoing.load()
    documents = [change.before or {}, change.after or {}]
    before, after = in_todays_names(undoing.model, documents, change.sequence)
    values, lists = merged(undoing, record, before, after)
    secrets = [name for name in undoing.model.SECRETS if after.get(name) == CHANGED]
    refuse_changed_secrets(undoing, record, secrets)
    kept, lost = unseal(change), []
    for name in secrets:
        if name not in kept and before.get(f"has_{name}"):
            lost.append(name)
        else:
            field: Any = undoing.model._meta.get_field(name)
            record.restore_secret(name, kept.get(name, field.get_default()))
    restore(record, values)
    return write(undoing, record, lists, lost)


def write(
    undoing: Undoing, record: Record, lists: Mapping[str, Any], lost: Collection[str]
) -> Written:
    """Save what undoing made of the record; name the secrets that were not kept."""
    change = records.save(
        record,
        actor=undoing.actor,
        lists=lists,
        comment=undoing.comment,
        undoes=undoing.change.sequence,
    )
    return Written(change, [_lost_secret(undoing, name) for name in lost])


WAYS = {
    ChangeLog.Action.CREATE: delete_again,
    ChangeLog.Action.DELETE: add_again,
    ChangeLog.Action.UPDATE: put_back,
}


# -- parts of these ------------------------------------------------------------------------------


def merged(
    undoing: Undoing, record: Record, before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the fields and the lists that undoing writes; raises when they were changed since."""
    now = records.document(record)
    fields = plain_fields(undoing.model)
    values: dict[str, Any] = {}
    lists: dict[str, Any] = {}
    conflicts = []
    for name in now:
        versions: tuple[Any, Any, Any] = before.get(name), after.get(name), now[name]
        if name not in before or name not in after or versions[0] == versions[1]:
            continue
        try:
            if name in undoing.model.LISTS:
                lists[name] = list_taken_back(list_model(undoing.model, name), *versions)
            elif name in fields:
                values[name] = taken_back(*versions)
        except ConflictError:
            conflicts.append(name)
    undoing.refuse_changed(conflicts)
    return values, lists


def label_of(model: type[Record], name: str) -> str:
    """Return what a page calls a field; a list has no name but its own."""
    if name in model.LISTS:
        return capfirst(name).replace("_", " ")
    return capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name)))


def refuse_changed_secrets(undoing: Undoing, record: Record, names: Collection[str]) -> None:
    """Refuse when a secret is no longer the one that the change left.

    The log does not have it; but the next change of it kept what it found.
    """
    changed = []
    for name in names:
        next_one = next((each for each in undoing.later if (each.after or {}).get(name)), None)
        if next_one is not None and unseal(next_one).get(name) != (getattr(record, name) or None):
            changed.append(name)
    undoing.refuse_changed(changed)


def refuse_taken_key(undoing: Undoing, record: Record) -> None:
    """Refuse to add a record again where another one has its name by now."""
    if not undoing.model.lookup(record.key).exists():
        return
    text = _("There is another %(name)s “%(key)s” by now.") % undoing.words
    newest = ChangeLog.objects.filter(
        model=undoing.change.model, key=record.key, sequence__gt=undoing.change.sequence
    )
    raise InTheWayError(
        Obstacle(text, newest.order_by("sequence").first(), undoing.change.model, record.key)
    )


def _lost_secret(undoing: Undoing, name: str) -> str:
    text = _("%(label)s of %(name)s “%(key)s” was not kept: set it anew.")
    return text % {**undoing.words, "label": label_of(undoing.model, name)}
