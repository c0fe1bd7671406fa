"""The permission matrix: every URL, every method, every role, pinned as the table `matrix.txt`.

When pages come or go, write the table anew with PIN_MATRIX=1 and read what changed in it: each
"yes" that was not there before is something that somebody may do now.
"""

import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from ccmadmin.models import ChangeLog, Role, UserGroup
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import token_of

TABLE = Path(__file__).with_name("matrix.txt")
OUTSIDE = {"sign-out"}  # would end the session that the other rows need; see test_signin
DESK = "Phone desk"  # a role of one's own making: phones, and reading their users
STANDARD = {
    "full": "Standard CCM Super Users",
    "reader": "Standard CCM Read Only",
    "service": "Standard CCM Server Monitoring",
    "phones": "Standard CCM Phone Administration",
}
ROLES = ("nobody", "no-role", *STANDARD, "desk", "read-token")
REVISION = "{revision}"  # of a change that there is: whose page it is decides about undoing it
OF_A_REVISION = {"undo", "api change-log undo"}
KEYS = {"int": REVISION, "slug": "nothing", "path": "nothing", "str": "nothing"}
PAGE_METHODS = ("GET", "POST")
API_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def addresses() -> list[tuple[str, str]]:
    """Return name and path of every URL, records under a key that no record has."""
    found = dict(walk(get_resolver().url_patterns, "/"))
    return sorted((name, path) for name, path in found.items() if name not in OUTSIDE)


def walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern) and pattern.name != "api nowhere":
            yield str(pattern.name), prefix + filled(pattern)


def filled(pattern: URLPattern) -> str:
    route = str(pattern.pattern)
    for name, converter in pattern.pattern.converters.items():
        if pattern.name in OF_A_REVISION:
            return re.sub(r"<[^>]+>", REVISION, route)
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        route = route.replace(f"<{kind}:{name}>", KEYS[kind]).replace(f"<{name}>", KEYS["str"])
    return route


def visitor(role: str) -> Client:
    """Return the browser, or for a token the script, of a user with this role."""
    if role == "nobody":
        return Client()
    groups = [STANDARD[role]] if role in STANDARD else []
    if role == "desk":
        groups = [DESK]
        add_desk()
    if role == "read-token":
        token = token_of(site.administrator(role), scope="read")
        return Client(headers={"Authorization": f"Bearer {token}"})
    client = Client()
    client.force_login(site.administrator(role, groups))
    return client


def add_desk() -> None:
    rows = [
        {"page": "device/phone", "may_read": True, "may_update": True},
        {"page": "usermgmt/end_user", "may_read": True, "may_update": False},
    ]
    records.save(Role(name=DESK), actor=site.ACTOR, lists={"permissions": rows})
    records.save(UserGroup(name=DESK), actor=site.ACTOR, lists={"roles": [DESK]})


def verdict(response: HttpResponse) -> str:
    """Say in a word whether the visitor got in; what is not there is told to who may ask."""
    if response.status_code == 401 or response.headers.get("Location", "").startswith("/sign-in/"):
        return "sign-in"
    return {403: "no", 405: "-"}.get(response.status_code, "yes")


def column(role: str, rows: Collection[str] | None = None) -> dict[str, str]:
    """Ask for `rows` as one role, for everything if there are none."""
    client, found = visitor(role), {}
    oldest = ChangeLog.objects.earliest("sequence").sequence
    for name, path in addresses():
        is_api = path.startswith("/api/")
        if role == "read-token" and not is_api:
            continue
        for method in API_METHODS if is_api else PAGE_METHODS:
            row = f"{method:6} {name}"
            if rows is not None and row not in rows:
                continue
            sent: Any = {"content_type": "application/json", "data": "{}"} if is_api else {}
            response = client.generic(method, path.format(revision=oldest), **sent)
            found[row] = verdict(response)
    return found


def read_table() -> dict[str, dict[str, str]]:
    """Return the pinned verdicts by role and row."""
    head, *lines = TABLE.read_text("utf-8").splitlines() if TABLE.exists() else [""]
    names = head.split("|")[1:]
    pinned: dict[str, dict[str, str]] = {name.strip(): {} for name in names}
    for line in lines:
        row, *cells = line.split("|")
        for name, cell in zip(names, cells, strict=True):
            if cell.strip():
                pinned[name.strip()][row.rstrip()] = cell.strip()
    return pinned


def write_table(columns: dict[str, dict[str, str]]) -> None:
    rows = [
        row
        for row in columns["full"]
        if any(column.get(row) == "yes" for column in columns.values())
    ]
    width = max(map(len, rows)) + 1
    head = " " * width + "".join(f"| {role:10}" for role in ROLES)
    lines = [head] + [
        row.ljust(width) + "".join(f"| {columns[role].get(row, ''):10}" for role in ROLES)
        for row in rows
    ]
    TABLE.write_text("\n".join(line.rstrip() for line in lines) + "\n", "utf-8")


if "PIN_MATRIX" in os.environ:

    def test_the_table_is_written_anew(installed: None) -> None:
        write_table({role: column(role) for role in ROLES})


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_in_where_the_table_says_and_nowhere_else(
    installed: None, role: str
) -> None:
    pinned = read_table().get(role, {})
    # What no table has is asked for as the role that may everything: if it can, the table is old.
    met = column(role, None if role == "full" else pinned)
    assert {row: met[row] for row in met if row in pinned or met[row] == "yes"} == pinned


def test_every_address_stands_in_the_table() -> None:
    rows = read_table()["nobody"]
    named = {row[7:] for row in rows}
    assert {name for name, _path in addresses()} == named


def test_who_may_update_may_read_and_nobody_gets_in_without_signing_in() -> None:
    """Rules that hold for every row, whatever the table says."""
    table = read_table()
    is_open = {"sign-in", "sign-in-code", "api docs", "api schema", "set_language"}
    for row, word in table["nobody"].items():
        assert word == "sign-in" or row[7:] in is_open, row
    for row, word in table["reader"].items():
        if row.startswith("GET"):
            continue
        assert word in ("no", "sign-in") or table["no-role"][row] == "yes" or is_own(row), row


def is_own(row: str) -> bool:
    """Whether the row is about the visitor's own affairs, which every role may see to."""
    return any(word in row for word in ("searches", "columns", "account", "password"))
