"""What can be done at each step of the checklist: links to the record, and buttons that do it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from ccmadmin.models import EndUser
from ccmadmin.pages import registry
from ccmadmin.pages.links import href_of, screen_href
from ccmadmin.services.checklist import Checklist, Step

ADD_USER, ADD_NUMBER = "usermgmt/end_user", "callrouting/directory_number"
USER, LINES, ASSOCIATION, DIGEST_USER, REGISTER, CALL = 2, 6, 7, 8, 9, 10


@dataclass(frozen=True)
class Action:
    """A link (`href`) or a button that posts `do`."""

    text: str
    href: str = ""
    do: str = ""


def actions_of(checklist: Checklist, step: Step, *, may_save: bool) -> list[Action]:
    """Return what fits the step's state; the first is the one that gets it done."""
    found = _missing(checklist, step) if may_save and not step.is_done else []
    if step.number == REGISTER:
        return [Action(_("Settings card"), href="#card")]
    if step.number == CALL:
        return [Action(_("Test call"), href="#test-call")]
    if step.record is not None:
        text = _("Change") if step.number == 1 else _("Open")
        found.append(Action(text, href=href_of(step.record)))
    if step.number == USER and may_save and isinstance(step.record, EndUser):
        found.append(Action(_("Generate new credentials"), do="credentials"))
    return found


def _missing(checklist: Checklist, step: Step) -> list[Action]:
    user = checklist.user
    if step.number == USER and user is None:
        return [Action(_("Add an end user"), href=screen_href(registry.pages()[ADD_USER], "add"))]
    if step.number == LINES and not checklist.lines:
        where = "?" + urlencode({"phone": checklist.phone.name, "line": 1})
        add_href = screen_href(registry.pages()[ADD_NUMBER], "add") + where
        return [Action(_("Add a new DN"), href=add_href)]
    if user is None:
        return []
    if step.number == ASSOCIATION:
        return [Action(_("Associate %(user)s") % {"user": user.userid}, do="associate")]
    if step.number == DIGEST_USER and checklist.phone.digest_user is None:
        return [Action(_("Set %(user)s") % {"user": user.userid}, do="digest-user")]
    return []
