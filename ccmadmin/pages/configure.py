"""The configuration page: Add New, Copy and the record itself, in one form.

A page with more than fields (a phone with its registration and lines) writes its own view from
the same pieces: `load`, `bind`, `submit` and `show`.
"""

from dataclasses import dataclass, field
from typing import Any

from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ccmadmin.pages import rows
from ccmadmin.pages.find import related_of
from ccmadmin.pages.forms import FormSection, RecordForm, form_class, problems_in
from ccmadmin.pages.guard import may
from ccmadmin.pages.links import find_href, record_href, screen_href
from ccmadmin.pages.page import Page
from ccmadmin.pages.rows import Editor
from ccmadmin.pages.saving import save
from ccmadmin.services import records

TEMPLATE = "pages/configure.html"
LONG = 15
"""More fields than this do not fit on a screen: the page begins with links to its sections."""


@dataclass
class Draft:
    """A record in its form; `key` is its stored key, "" while it is new."""

    page: Page
    instance: Any
    key: str
    form: RecordForm
    editors: list[Editor]
    is_unsaved: bool = False
    may_update: bool = True
    title: str = ""
    extra: dict[str, Any] = field(default_factory=dict)


def add(request: HttpRequest, page: Page) -> HttpResponse:
    return edit(request, page, page.record_model())


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    """Open an unsaved record with the values and lists of another, its name empty."""
    original = load(page, key)
    return edit(request, page, records.copy_of(original), original=original)


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    return edit(request, page, load(page, key), key)


def edit(
    request: HttpRequest, page: Page, instance: Any, key: str = "", **how: Any
) -> HttpResponse:
    """Show the form of `instance`; on POST save it and show the saved record."""
    draft = bind(request, page, instance, key, **how)
    if request.method == "POST" and submit(request, draft):
        return redirect(record_href(page, draft.instance.key))
    return show(request, draft)


def load(page: Page, key: str) -> Any:
    """Return the record `key` with all that its page shows."""
    found = page.lookup(key).first()
    if found is None:
        text = _("There is no %(name)s “%(key)s”.") % {"name": page.singular, "key": key}
        raise Http404(text)
    return found


def bind(
    request: HttpRequest,
    page: Page,
    instance: Any,
    key: str = "",
    *,
    original: Any = None,
    fixed: tuple[str, ...] = (),
) -> Draft:
    """Put the record and what was typed, if anything was, into a form.

    `original` is the record that this one is a copy of; `fixed` fields cannot be changed.
    """
    may_update = may(request, page.key, "update") and is_changeable(page, instance)
    data: QueryDict | None = request.POST if request.method == "POST" else None
    if data is not None:
        data = (
            rows.change(data) if rows.wants_change(data) else rows.without_empty_rows(page, data)
        )
    form = form_class(page)(
        data,
        instance=instance,
        may_update=may_update,
        fixed=fixed,
        initial={"revision": records.current_revision()},
    )
    editors = rows.editors(page, original or instance, data, may_update=may_update)
    title = str(instance) if key else ""  # before what was typed is put into it
    return Draft(page, instance, key, form, editors, data is not None, may_update, title)


def is_changeable(page: Page, instance: Any) -> bool:
    """Standard records can be copied, not changed, except where the model says so."""
    if page.is_read_only:
        return False
    is_standard = instance.pk and getattr(instance, "is_standard", False)
    return not is_standard or bool(instance.STANDARD_IS_EDITABLE)


def submit(request: HttpRequest, draft: Draft) -> bool:
    """Save the draft; False when the page must be shown again with what was typed."""
    if rows.wants_change(request.POST):
        draft.form.keep_errors_back()
        for editor in draft.editors:
            editor.follow(request.POST)
        return False
    return save(request, draft.form, draft.editors, draft.key)


def show(request: HttpRequest, draft: Draft, template: str = TEMPLATE) -> HttpResponse:
    """Answer with the page; 422 when something typed must be mended."""
    context = context_of(request, draft)
    return render(request, template, context, status=422 if context["problems"] else 200)


def context_of(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    """Return everything that pages/configure.html shows."""
    page, key = draft.page, draft.key
    sections = draft.form.sections()
    may_update = may(request, page.key, "update")
    is_standard = bool(key and getattr(draft.instance, "is_standard", False))
    return {
        "page": page,
        "record": draft.instance,
        "key": key,
        "title": draft.title or key or name_of_new(request),
        "form": draft.form,
        "sections": sections,
        "editors": draft.editors,
        "is_long": is_long(sections),
        "is_unsaved": draft.is_unsaved,
        "may_save": draft.may_update,
        "is_standard": is_standard,
        "warnings": draft.instance.warnings() if key else [],
        "problems": problems_of(draft),
        "find_href": find_href(page),
        "related": related_of(request, page),
        "dependents_href": screen_href(page, "dependents", key) if key else "",
        "history_href": screen_href(page, "history", key) if key else "",
        "copy_href": screen_href(page, "copy", key)
        if key and may_update and page.can_copy
        else "",
        "delete_href": screen_href(page, "delete", key)
        if key and may_update and page.can_delete and not is_standard
        else "",
        "add_href": screen_href(page, "add") if key and may_update and page.can_add else "",
        **draft.extra,
    }


def name_of_new(request: HttpRequest) -> str:
    """Say what a record is that has no name yet; the URL of a copy has the original's key."""
    match = request.resolver_match
    original = match.kwargs.get("key", "") if match is not None else ""
    return _("Copy of %(name)s") % {"name": original} if original else _("New")


def is_long(sections: list[FormSection]) -> bool:
    return len(sections) > 1 and sum(len(section.lines) for section in sections) > LONG


def problems_of(draft: Draft, *more: BaseForm) -> list[dict[str, str]]:
    """Return each error for the summary above the form, with a link to its field.

    `more` are forms that the page has besides those of the draft.
    """
    if not draft.form.is_bound:
        return []
    found = [
        {"label": str(editor.description.title), "href": f"#{editor.prefix}", "text": text}
        for editor in draft.editors
        for text in editor.errors
    ]
    of_rows = (form for editor in draft.editors for form in editor.forms)
    for form in (draft.form, *more, *of_rows):
        found += problems_in(form)
    return found
