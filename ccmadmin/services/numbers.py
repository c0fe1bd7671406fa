"""The Directory Number page of a phone: a number and its appearance there, saved together."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import DirectoryNumber, LineAppearance, Phone, RoutePartition
from ccmadmin.services import records
from ccmadmin.services.changes import Actor, writing
from ccmadmin.services.dependents import StillUsedError
from ccmadmin.services.documents import list_document, resolve


def save_line(
    *,
    phone: Phone,
    index: int,
    directory_number_values: Mapping[str, Any],
    appearance_values: Mapping[str, Any],
    actor: Actor,
) -> LineAppearance:
    """Put a directory number on a button of a phone, or change what is there.

    A number that exists with this number and partition is put on the button, and so shared.
    Otherwise the number that the button carries is changed, for every phone that shares it, or
    a new one is added. Raises ValidationErrors of the number by field name
    and of the appearance by "lines.<place>.<field>"; `appearance_errors` makes field names of
    these.
    """
    with writing():
        number = _number_for(phone, index, directory_number_values)
        records.assign(number, directory_number_values)
        records.save(number, actor=actor)
        rows = list_document(phone, "lines")
        place = next((at for at, row in enumerate(rows) if row["index"] == index), len(rows))
        row = rows[place] if place < len(rows) else {"index": index}
        rows[place:] = [
            {**row, **appearance_values, "directory_number": number},
            *rows[place + 1 :],
        ]
        records.save(phone, actor=actor, lists={"lines": rows})
        return LineAppearance.objects.get(phone=phone, index=index)


def remove_line(*, phone: Phone, index: int, actor: Actor) -> DirectoryNumber:
    """Take a number off a phone; the number stays, and is returned."""
    with writing():
        line = _line(phone, index)
        if line is None:
            text = _("%(phone)s has no line %(index)s.")
            raise ValidationError(text, "missing", {"phone": phone.name, "index": index})
        rows = [row for row in list_document(phone, "lines") if row["index"] != index]
        records.save(phone, actor=actor, lists={"lines": rows})
        return line.directory_number


def existing_number(values: Mapping[str, Any]) -> DirectoryNumber | None:
    """Return the number that exists with this number and partition, to be shared."""
    partition = resolve(DirectoryNumber, "route_partition", values.get("route_partition"))
    assert partition is None or isinstance(partition, RoutePartition)
    matching = DirectoryNumber.objects.matching(
        values.get("number", ""), partition.pk if partition else None
    )
    return matching.first()


def appearance_errors(error: ValidationError) -> dict[str, list[str]]:
    """Return the errors of `save_line` by field name, whichever record they are about."""
    found: dict[str, list[str]] = {}
    for path, messages in error.message_dict.items():
        name = path.rpartition(".")[2] if path.startswith("lines.") else path
        found.setdefault(name, []).extend(messages)
    return found


def _number_for(phone: Phone, index: int, values: Mapping[str, Any]) -> DirectoryNumber:
    line = _line(phone, index)
    carried = line.directory_number if line is not None else DirectoryNumber()
    if not {"number", "route_partition"} & set(values):
        return carried
    kept = {"number": carried.number, "route_partition": carried.route_partition}
    return existing_number({**kept, **values}) or carried


def _line(phone: Phone, index: int) -> LineAppearance | None:
    lines = LineAppearance.objects.select_related("directory_number__route_partition")
    return lines.filter(phone=phone, index=index).first()


def delete_unassigned(
    found: Iterable[DirectoryNumber], *, actor: Actor
) -> tuple[int, list[StillUsedError]]:
    """Delete those numbers that no phone carries; returns how many, and what kept the others."""
    deleted, refusals = 0, []
    with writing():
        for number in found:
            if number.appearances.exists():  # put on a phone since the page was drawn
                continue
            try:
                records.delete(number, actor=actor)
            except StillUsedError as refusal:
                refusals.append(refusal)
            else:
                deleted += 1
    return deleted, refusals
