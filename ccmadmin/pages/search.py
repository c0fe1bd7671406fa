"""The search box of every page: numbers, users, devices, descriptions, addresses, in one go.

What is not found by its name is looked for inside the texts: reading a text of 100,000 rows takes
SQLite 5 ms, so there is no index of words to build and to keep. For that, a word is looked for
only where it can be (no name of a device holds a “w”), and the tables that are always small are
asked in one query. What this user may not read is left out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import connections
from django.db.models import F, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ccmadmin import access
from ccmadmin.models import Binding, DirectoryNumber, LineAppearance, Phone, Record, device_name
from ccmadmin.pages import registry
from ccmadmin.pages.guard import signed_in
from ccmadmin.pages.keys import search_paths
from ccmadmin.pages.links import find_href, record_href
from ccmadmin.pages.page import Page

SHOWN = 20
LONGEST = 100
# Part of an address, as far as one has been typed: 192.0.2. or 2001:db8:
ADDRESS = re.compile(r"[0-9a-f]*[.:][0-9a-f.:]*", re.IGNORECASE)
DEVICE = re.compile(r"[0-9a-fsep:.-]+", re.IGNORECASE)
DIGITS = re.compile(r"[0-9*#+\[\]^!?X-]+")
NOT_DIGITS = re.compile(r".*[^0-9*#+].*")
MAIL = re.compile(r".*[@.].*")
ANYTHING = re.compile(r".*")

# Where to look in the large tables, and what a word must be to be found there.
LARGE: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]] = {
    "device/phone": (("name", DEVICE), ("description", ANYTHING)),
    "usermgmt/end_user": (
        ("userid", ANYTHING),
        ("first_name", NOT_DIGITS),
        ("last_name", NOT_DIGITS),
        ("telephone_number", DIGITS),
        ("mail_id", MAIL),
    ),
    "callrouting/directory_number": (
        ("number", DIGITS),
        ("description", ANYTHING),
        ("alerting_name", NOT_DIGITS),
    ),
}


@dataclass(frozen=True)
class Hit:
    """A record that was found; `note` says what it is, or why it was found."""

    key: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `has_more` says that it is not all."""

    page: Page
    hits: Sequence[Hit]
    has_more: bool = False

    def links(self) -> Iterator[tuple[Hit, str]]:
        return ((hit, record_href(self.page, hit.key)) for hit in self.hits)

    def find_href(self) -> str:
        return find_href(self.page)


@require_safe
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """Show what was found, by kind; a page whose title was typed comes first."""
    text = request.GET.get("q", "").strip()[:LONGEST]
    groups = find(request.user, text)
    context: dict[str, Any] = {
        "text": text,
        "pages": pages_of(request.user, text),
        "groups": groups,
        "count": sum(len(group.hits) for group in groups),
        "longest_text": LONGEST,
    }
    if text:
        context["rest_path"] = f"{reverse('api search')}?{urlencode({'q': text})}"
    return render(request, "pages/search.html", context)


def find(user: object, text: str, limit: int = SHOWN) -> list[Group]:
    """Return the records that hold every word of `text`, `limit` of each kind at most."""
    words = text.split()
    if not words:
        return []
    pages = list(readable(user))
    found = [group_of(page, words, limit) for page in pages if page.key in LARGE]
    found += small_groups([page for page in pages if page.key not in LARGE], words, limit)
    return [group for group in found if group.hits]


def readable(user: object) -> Iterator[Page]:
    """Yield a page for each kind of record that the user may read, the large tables first."""
    pages = registry.pages()
    seen: set[type[Any]] = set()
    for page in (*(pages[key] for key in LARGE), *pages.values()):
        if page.model is None or page.model in seen or not page.find_by:
            continue
        if issubclass(page.model, Record) and access.may(user, page.key, "read"):
            seen.add(page.model)
            yield page


def pages_of(user: object, text: str) -> list[tuple[str, str]]:
    """Return title and URL of the pages of the menus whose title holds `text`."""
    folded = text.casefold()
    return [
        (str(page.title), find_href(page))
        for page in registry.pages().values()
        if folded and folded in str(page.title).casefold() and access.may(user, page.key, "read")
    ]


def group_of(page: Page, words: Sequence[str], limit: int) -> Group:
    records = matching(page, words, limit + 1)
    notes = notes_of(page, records[:limit])
    hits = [Hit(record.key, str(record), notes.get(record.key, "")) for record in records[:limit]]
    return Group(page, hits, has_more=len(records) > limit)


def matching(page: Page, words: Sequence[str], limit: int) -> list[Any]:
    """Return the records of a large table: by the whole name, by its beginning, by any text."""
    found: dict[Any, Any] = {}
    for candidates in candidates_of(page, words, found):
        wanted = limit - len(found)
        if wanted <= 0:
            break
        found |= {row.pk: row for row in candidates.exclude(pk__in=list(found))[:wanted]}
    return list(found.values())


def candidates_of(
    page: Page, words: Sequence[str], found: Mapping[Any, Any]
) -> Iterator[QuerySet[Any]]:
    """Yield ever wider searches; each is asked only while there are too few results.

    Who typed a whole name is not looking for it inside other texts of that kind.
    """
    model, whole = page.record_model, " ".join(words)
    rows = rows_of(model)
    yield rows.filter(pk__in=model.lookup(whole).values("pk"))
    is_whole_name = bool(found)
    if len(words) == 1:
        name = device_name(whole) if model is Phone else whole
        yield rows.filter(beginning(model.KEY, name)).order_by(model.KEY, "pk")
    if model is Phone:
        yield from phones_elsewhere(rows, whole)
    texts = None if is_whole_name else containing(LARGE[page.key], words)
    if texts is not None:
        yield rows.filter(texts)


def beginning(path: str, text: str) -> Q:
    """Return the condition that a name begins like this, in a form that an index can serve."""
    if connections["default"].vendor != "sqlite":
        return Q(**{f"{path}__startswith": text})
    # SQLite's LIKE with an escape reads the whole index; it compares octets, so this does not.
    return Q(**{f"{path}__gte": text, f"{path}__lt": f"{text}\U0010ffff"})


def containing(paths: Sequence[tuple[str, re.Pattern[str]]], words: Sequence[str]) -> Q | None:
    """Every word must be in one of the texts; None when one of them can be in none."""
    found = Q()
    for word in words:
        anywhere = Q()
        for path, possible in paths:
            if possible.fullmatch(word):
                anywhere |= Q(**{f"{path}__icontains": word})
        if not anywhere:
            return None
        found &= anywhere
    return found


def phones_elsewhere(rows: QuerySet[Any], whole: str) -> Iterator[QuerySet[Any]]:
    """Find phones by what is not in their own row: a line, or the address they came from."""
    lines = LineAppearance.objects.filter(directory_number__number=whole)
    yield rows.filter(pk__in=lines.values("phone"))
    if ADDRESS.fullmatch(whole):
        bound = Binding.objects.filter(remote_host__istartswith=whole).order_by()
        names = set(bound.values_list("phone", flat=True)[: SHOWN * 2])
        yield rows.filter(name__in=names)


def rows_of(model: type[Record]) -> QuerySet[Any]:
    """Return the rows in the order in which the database has them, which costs nothing."""
    needed = model.KEY_NEEDS
    rows: QuerySet[Any] = model._default_manager.order_by("pk")
    return rows.select_related(*needed) if needed else rows


def small_groups(pages: Sequence[Page], words: Sequence[str], limit: int) -> list[Group]:
    """Search the tables that are always small, in one query for all of them."""
    if not pages:
        return []
    first, *others = (small(page, place, words) for place, page in enumerate(pages))
    hits: dict[int, list[Hit]] = {}
    for place, key, note in first.union(*others, all=True).order_by("hit_place", "hit_key"):
        hits.setdefault(place, []).append(Hit(key, key, note))
    return [
        Group(pages[place], found[:limit], has_more=len(found) > limit)
        for place, found in hits.items()
    ]


def small(page: Page, place: int, words: Sequence[str]) -> QuerySet[Any]:
    """Return place, key and description of the records of one page."""
    model = page.record_model
    paths = list(dict.fromkeys((model.KEY, *search_paths(model))))
    found: QuerySet[Any] = model._default_manager.order_by().annotate(
        hit_place=Value(place),
        hit_key=F(model.KEY),
        hit_note=F("description") if "description" in paths else Value(""),
    )
    texts = containing([(path, ANYTHING) for path in paths], words)
    return found.filter(texts or Q()).values_list("hit_place", "hit_key", "hit_note")


def notes_of(page: Page, records: Sequence[Any]) -> dict[str, str]:
    """Say of each record what tells it from others, in one query at most."""
    if page.model is Phone:
        return phone_notes(records)
    if page.model is DirectoryNumber:
        return number_notes(records)
    return {
        user.key: joined(f"{user.first_name} {user.last_name}", user.department)
        for user in records
    }


def phone_notes(records: Sequence[Phone]) -> dict[str, str]:
    addresses: dict[str, list[str]] = {}
    bound = Binding.objects.filter(phone__in=[record.name for record in records])
    for name, host in bound.order_by("phone", "number").values_list("phone", "remote_host"):
        addresses.setdefault(name, []).append(host)
    return {
        record.key: joined(record.description, *dict.fromkeys(addresses.get(record.name, ())))
        for record in records
    }


def number_notes(records: Sequence[DirectoryNumber]) -> dict[str, str]:
    carriers: dict[int, list[str]] = {}
    lines = LineAppearance.objects.filter(directory_number__in=records).order_by("phone__name")
    for pk, name in lines.values_list("directory_number_id", "phone__name"):
        carriers.setdefault(pk, []).append(name)
    return {
        record.key: joined(record.description, *carriers.get(record.pk, ())) for record in records
    }


def joined(*parts: str) -> str:
    return ", ".join(part for part in map(str.strip, parts) if part)
