"""A person at the pages, for tests: signs in, and sends a form back as the page showed it."""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.test import Client

from ccmadmin.models import ApplicationUser
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, PASSWORD

SUPER_USERS = "Standard CCM Super Users"
READ_ONLY = "Standard CCM Read Only"


def sign_in(userid: str = "tester", groups: Sequence[str] = (SUPER_USERS,)) -> Client:
    """Return a browser in which a user of these groups is signed in."""
    user = ApplicationUser(userid=userid)
    user.set_secret("password", PASSWORD)
    records.save(user, actor=ACTOR, lists={"groups": list(groups)})
    client = Client()
    client.force_login(user)
    return client


def typed(response: Any, **changes: Any) -> dict[str, str]:
    """Return what a browser would send of the form in `response`, with `changes`.

    A change to None leaves the field out, as an unticked check box is.
    """
    context = response.context
    sections = [*context["sections"], *(context.get("line_sections") or [])]
    data: dict[str, Any] = {"revision": context["form"]["revision"].value()}
    for section in sections:
        for line in section.lines:
            data |= _sent(line.field)
    for editor in context.get("editors") or []:
        data[f"{editor.prefix}-total"] = len(editor.forms)
        for form in editor.forms:
            for field in form:
                data |= _sent(field)
    data |= changes
    return {name: str(value) for name, value in data.items() if value is not None}


def _sent(field: Any) -> Mapping[str, Any]:
    if field.field.disabled:
        return {}
    value = field.field.prepare_value(field.value())
    if field.widget_type == "checkbox":
        return {field.html_name: "on"} if value else {}
    return {field.html_name: "" if value is None else value}


def text_of(response: HttpResponse) -> str:
    """Return the page's words without markup, blanks run together."""
    bare = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(bare))
