"""What every configuration model has in common: a natural key, lists of rows, a guarded door.

A `Record` is what a page shows and the change log names. A `Row` is one line of a list inside a
record (the lines of a phone); it has no history of its own. Neither can be written except through
`ccmadmin.services.records`, because a change written around the change log is one that the call
server never learns of.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ClassVar, Self, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

M = TypeVar("M", bound=models.Model, covariant=True)

_writing = ContextVar("ccmadmin_writing", default=False)


class WrittenAroundServices(RuntimeError):  # noqa: N818 - it tells what happened
    """Some code wrote configuration without `services.records`: we are wrong."""


@contextmanager
def allow_writes() -> Iterator[None]:
    """Open the door for `services.records`; nobody else calls this."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


def check_door(model: type[models.Model], fields: Collection[str] | None = None) -> None:
    """Raise unless a service is writing, or only fields are written that are no configuration."""
    unlogged: tuple[str, ...] = getattr(model, "UNLOGGED", ())
    if _writing.get() or (fields and set(fields) <= set(unlogged)):
        return
    raise WrittenAroundServices(
        f"{model.__name__} is written through ccmadmin.services.records, and only there"
    )


def foreign_keys(model: type[models.Model]) -> "list[models.ForeignKey[Any, Any]]":
    return [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]


class GuardedQuerySet(models.QuerySet[M]):
    """A QuerySet that cannot write, except for `services.records`."""

    def update(self, **kwargs: Any) -> int:
        check_door(self.model, kwargs)
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        check_door(self.model)
        return super().delete()

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[M]:
        check_door(self.model)
        return super().bulk_create(*args, **kwargs)

    def bulk_update(self, objs: Any, fields: Any, *args: Any, **kwargs: Any) -> int:
        check_door(self.model, fields)
        return super().bulk_update(objs, fields, *args, **kwargs)

    def complete(self) -> Self:
        """Read with each row all that its document needs, in a fixed number of queries."""
        paths = []
        for field in foreign_keys(self.model):
            deeper: tuple[str, ...] = getattr(field.related_model, "KEY_NEEDS", ())
            paths += [field.name, *(f"{field.name}__{path}" for path in deeper)]
        lists: tuple[str, ...] = getattr(self.model, "LISTS", ())
        rows = [
            models.Prefetch(name, list_model(self.model, name)._default_manager.complete())
            for name in lists
        ]
        return (self.select_related(*paths) if paths else self).prefetch_related(*rows)


GuardedManager = models.Manager.from_queryset(GuardedQuerySet)


class Guarded(models.Model):
    """A model that only `services.records` writes.

    `UNLOGGED` names fields that are no configuration (when a token was last used) and may be
    written by themselves at any time.
    """

    UNLOGGED: ClassVar[tuple[str, ...]] = ()

    objects = GuardedManager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        check_door(type(self), kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        check_door(type(self))
        return super().delete(*args, **kwargs)

    def number_in(self, name: str) -> int | None:
        """Return a number that a rule compares; None while the field is empty or wrong itself."""
        value = getattr(self, name)
        return value if isinstance(value, int) else None


class Record(Guarded):
    """A configuration record: found by its natural key, logged as a whole.

    `SECRETS` are write-only fields; `LISTS` the related names of the rows that belong to the
    record; `NOT_COPIED` fields that a copy leaves at their default, besides the key; `NOT_REVIVED`
    secrets that undoing a change does not bring back, because others may know them. A record
    that came with the product has `is_standard`: it cannot be deleted or renamed, and, unless
    `STANDARD_IS_EDITABLE`, not changed either.
    """

    KEY: ClassVar[str] = "name"
    KEY_NEEDS: ClassVar[tuple[str, ...]] = ()
    SECRETS: ClassVar[tuple[str, ...]] = ()
    LISTS: ClassVar[tuple[str, ...]] = ()
    NOT_COPIED: ClassVar[tuple[str, ...]] = ()
    NOT_REVIVED: ClassVar[tuple[str, ...]] = ()
    STANDARD_IS_EDITABLE: ClassVar[bool] = False

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        return str(getattr(self, self.KEY))

    @classmethod
    def lookup(cls, key: str) -> models.QuerySet[Self]:
        """Return the QuerySet of the one record with this natural key, or of none."""
        return GuardedQuerySet(cls).filter(**{cls.KEY: key})

    @classmethod
    def by_key(cls, key: str) -> Self:
        """Return the record with this natural key; raises `DoesNotExist` naming the key."""
        found = cls.lookup(key).first()
        if found is None:
            label = capfirst(str(cls._meta.verbose_name))
            raise cls.DoesNotExist(
                _now("There is no %(model)s “%(key)s”.") % {"model": label, "key": key}
            )
        return found

    def warnings(self) -> list[str]:
        """Return what is allowed but will not work as it is, in sentences."""
        return []

    def set_secret(self, name: str, clear_text: str) -> None:
        """Set a field of `SECRETS` from what a person or a script wrote.

        Raises a ValidationError without a field name.
        """
        setattr(self, name, clear_text)

    def restore_secret(self, name: str, stored: Any) -> None:
        """Set a field of `SECRETS` to what was stored before, when a change is undone."""
        setattr(self, name, stored)

    def clean_lists(self) -> None:
        """Check the rules that need the record's rows, which are in the database by now.

        Errors are keyed by path: "lines.0.directory_number".
        """

    def clean_delete(self) -> None:
        """Refuse, with a ValidationError, a deletion that nothing depends on but a rule."""

    def repair(self) -> None:
        """Correct, in memory, what the change or deletion of another record made wrong."""

    def unique_error_message(
        self, model_class: type[models.Model], unique_check: Sequence[str]
    ) -> ValidationError:
        if len(unique_check) != 1:
            return super().unique_error_message(model_class, unique_check)
        field = self._meta.get_field(unique_check[0])
        values = {
            "label": capfirst(str(getattr(field, "verbose_name", field.name))),
            "value": getattr(self, field.name),
            "model": self._meta.verbose_name,
        }
        text = _(
            "%(label)s “%(value)s” belongs to another %(model)s already. Choose a different one."
        )
        return ValidationError(text, code="unique", params=values)


class Row(Guarded):
    """One row of a list of `PARENT`; replaced as a whole list, with the record."""

    PARENT: ClassVar[str]

    class Meta:
        abstract = True

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Report a row that repeats another at the field that repeats, not at the whole row."""
        errors: dict[str, list[ValidationError]] = {}
        for model, constraints in self.get_constraints():
            for constraint in constraints:
                try:
                    constraint.validate(model, self, exclude=set(exclude or ()))
                except ValidationError as error:
                    fields = getattr(constraint, "fields", ()) or (NON_FIELD_ERRORS,)
                    errors.setdefault(fields[-1], []).append(error)
        if errors:
            raise ValidationError(errors)


class OrderedRow(Row):
    """A row whose place in the list has a meaning; `position` counts from 0."""

    position = models.PositiveSmallIntegerField(
        _("Order"), editable=False, help_text=_("Place in the list, from 0.")
    )

    class Meta:
        abstract = True
        ordering = ("position",)


def list_model(record: type[models.Model], name: str) -> type[Row]:
    """Return the model of the rows of one of the record's `LISTS`."""
    model = record._meta.get_field(name).related_model
    assert isinstance(model, type)
    assert issubclass(model, Row)
    return model


def row_fields(model: type[Row]) -> tuple[str, ...]:
    """Name the fields of a row that a person fills in: all but its record and its order."""
    hidden = {"id", "position", model.PARENT}
    return tuple(field.name for field in model._meta.fields if field.name not in hidden)
