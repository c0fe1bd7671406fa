"""How a user likes a list: its saved searches and its columns. Nobody else sees them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ccmadmin.models import ChosenColumns, SavedSearch

MOST_SEARCHES = 30


def searches_of(userid: str, page: str) -> list[SavedSearch]:
    return list(SavedSearch.objects.filter(user=userid, page=page))


def save_search(*, userid: str, page: str, name: str, query: str) -> SavedSearch:
    """Keep a search under a name; one of that name is replaced.

    Raises a ValidationError with the field `name`.
    """
    name = " ".join(name.split())
    stored = SavedSearch.objects.filter(user=userid, page=page, name=name).first()
    search = stored or SavedSearch(user=userid, page=page, name=name)
    search.query = query
    if not name:
        raise _refusal(_("Name: type the name under which the search is to be found again."))
    longest = SavedSearch._meta.get_field("name").max_length or 0
    if len(name) > longest:
        text = _("Name “%(name)s” has %(length)s characters, %(longest)s are allowed. Shorten it.")
        raise _refusal(text, name=name, length=len(name), longest=longest)
    if stored is None and len(searches_of(userid, page)) >= MOST_SEARCHES:
        text = _("There are %(most)s saved searches on this page already. Delete one of them.")
        raise _refusal(text, most=MOST_SEARCHES)
    search.save()
    return search


def delete_search(*, userid: str, page: str, name: str) -> bool:
    """Forget a search; whether there was one."""
    count, _rows = SavedSearch.objects.filter(user=userid, page=page, name=name).delete()
    return bool(count)


def columns_of(userid: str, page: str) -> list[str]:
    """Return the names of the columns that the user chose, [] for those of the page."""
    chosen = ChosenColumns.objects.filter(user=userid, page=page).first()
    return list(chosen.names) if chosen is not None else []


def choose_columns(*, userid: str, page: str, names: Sequence[str]) -> None:
    """Remember the columns; without any name the page's own come back."""
    if names:
        values = {"names": list(names)}
        ChosenColumns.objects.update_or_create(user=userid, page=page, defaults=values)
    else:
        ChosenColumns.objects.filter(user=userid, page=page).delete()


def _refusal(text: object, **params: object) -> ValidationError:
    return ValidationError({"name": ValidationError(str(text), "invalid", params)})
