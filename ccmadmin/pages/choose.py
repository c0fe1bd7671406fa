"""The first of two steps of Add New, where CallManager asks for the phone type."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ccmadmin.models import PhoneModel
from ccmadmin.pages.links import find_href
from ccmadmin.pages.page import Page


def chosen_type(request: HttpRequest) -> PhoneModel | None:
    """Return the phone type that the first step put into the URL."""
    return PhoneModel.lookup(request.GET.get("type", "")).first()


def choose_type(
    request: HttpRequest,
    page: Page,
    question: str,
    *,
    only_third_party: bool = False,
    **words: str,
) -> HttpResponse:
    """Ask for the phone type; third-party types come first, because they are why we are here.

    `words` are a `heading` and a way `back` other than those of a list of records.
    """
    types = PhoneModel.objects.order_by("-is_third_party", "name")
    if only_third_party:
        types = types.filter(is_third_party=True)
    typed = request.GET.get("type")
    context: dict[str, Any] = {
        "page": page,
        "types": types,
        "heading": _("Add a New %(name)s") % {"name": page.singular},
        "back": _("Back to Find/List"),
        "question": question,
        "problem": _("Select a phone type first.") if typed is not None else "",
        "find_href": find_href(page),
        **words,
    }
    return render(request, "pages/choose.html", context, status=422 if typed is not None else 200)
