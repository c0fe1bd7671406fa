"""User Management > Role: a table of all pages with what the role may do on each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ccmadmin.access import HELP
from ccmadmin.models import Role
from ccmadmin.pages import registry
from ccmadmin.pages.configure import Draft, bind, load, show
from ccmadmin.pages.links import record_href
from ccmadmin.pages.page import Page, Section
from ccmadmin.pages.routes import routes
from ccmadmin.pages.saving import save
from ccmadmin.services import records

PREFIX = "page:"
STRENGTH = {"": 0, "read": 1, "update": 2}

PAGE = Page(
    key="usermgmt/role",
    api="roles",
    title=_("Roles"),
    model=Role,
    find_by=("name", "description"),
    columns=("name", "description"),
    sections=(Section(_("Role Information"), ("name", "description")),),
    related=("usermgmt/user_group",),
)


@dataclass(frozen=True)
class Privilege:
    """A row of the table; a level is "", "read" or "update".

    `inherited` is what all pages or the page's menu are allowed together.
    """

    page: str
    title: str
    level: str
    is_menu: bool = False
    inherited: str = ""

    @property
    def follows(self) -> str:
        """The level that comes from above and is more than the row's own."""
        return self.inherited if STRENGTH[self.inherited] > STRENGTH[self.level] else ""


def add(request: HttpRequest, page: Page) -> HttpResponse:
    return edit(request, Role())


def copy(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    original = load(page, key)
    return edit(request, records.copy_of(original), levels=levels_of(original))


def configure(request: HttpRequest, page: Page, key: str) -> HttpResponse:
    role = load(page, key)
    return edit(request, role, key, levels_of(role))


def edit(
    request: HttpRequest, role: Any, key: str = "", levels: Mapping[str, str] | None = None
) -> HttpResponse:
    draft = bind(request, PAGE, role, key)
    if request.method == "POST":
        levels = typed_levels(request.POST)
        if submit(request, draft, levels):
            return redirect(record_href(PAGE, draft.instance.key))
    draft.extra |= {
        "privileges": privileges(levels or {}),
        "form_end": "usermgmt/privileges.html",
    }
    return show(request, draft)


def submit(request: HttpRequest, draft: Draft, levels: Mapping[str, str]) -> bool:
    rows = [
        {"page": page, "may_read": True, "may_update": level == "update"}
        for page, level in sorted(levels.items())
    ]
    return save(request, draft.form, [], draft.key, lists={"permissions": rows})


def levels_of(role: Role) -> dict[str, str]:
    """Return what a stored role allows, by page; who may update may read."""
    return {
        row.page: "update" if row.may_update else "read"
        for row in role.permissions.all()
        if row.may_update or row.may_read
    }


def typed_levels(data: QueryDict) -> dict[str, str]:
    known = {privilege.page for privilege in privileges({})}
    chosen = {key.removeprefix(PREFIX): data[key] for key in data if key.startswith(PREFIX)}
    return {
        page: level
        for page, level in chosen.items()
        if page in known and level in ("read", "update")
    }


def privileges(levels: Mapping[str, str]) -> list[Privilege]:
    """Return a row for all pages together, for each menu, and for each page below it.

    Help needs no row: everybody may read it.
    """
    everywhere = levels.get("*", "")
    rows = [Privilege("*", _now("All pages"), everywhere, is_menu=True)]
    for menu in registry.menus():
        whole = f"{menu.key}/*"
        of_menu = levels.get(whole, "")
        if menu.key != HELP:
            title = str(menu.title)
            rows.append(Privilege(whole, title, of_menu, is_menu=True, inherited=everywhere))
        rows += [
            Privilege(
                page.key,
                str(page.title),
                levels.get(page.key, ""),
                inherited=max(
                    everywhere, levels.get(f"{page.menu}/*", ""), key=STRENGTH.__getitem__
                ),
            )
            for page in menu.pages
            if page.menu != HELP
        ]
    return rows


URLS = routes(PAGE, add=add, copy=copy, configure=configure)
