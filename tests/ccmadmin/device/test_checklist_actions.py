"""What each step of the checklist offers to do."""

import pytest

from ccmadmin.device.checklist_actions import Action, actions_of
from ccmadmin.models import Phone
from ccmadmin.services import phone_sites
from ccmadmin.services.checklist import Checklist
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001002"


def offered(number: int, *, may_save: bool = True) -> list[Action]:
    checklist = Checklist(Phone.by_key(NAME))
    return actions_of(checklist, checklist.steps[number - 1], may_save=may_save)


def texts(number: int, *, may_save: bool = True) -> list[str]:
    return [action.text for action in offered(number, may_save=may_save)]


def test_what_is_missing_can_be_added_from_its_step() -> None:
    site.add_phone(NAME)
    assert texts(2) == ["Add an end user"]
    assert offered(6)[0].text == "Add a new DN"
    assert f"phone={NAME}" in offered(6)[0].href


def test_a_known_user_is_associated_and_set_by_a_button() -> None:
    user = site.add_user("bjones")
    phone = site.add_phone(NAME, digest_user=user)
    assert offered(7)[0] == Action("Associate bjones", do="associate")
    phone_sites.associate(phone=phone, user=user, actor=ACTOR)
    assert texts(7) == ["Open"]
    other = site.add_phone("SEP000000000009")
    phone_sites.associate(phone=other, user=site.add_user("swhite"), actor=ACTOR)
    checklist = Checklist(other)
    step = checklist.steps[7]
    assert actions_of(checklist, step, may_save=True)[0] == Action("Set swhite", do="digest-user")


def test_who_may_only_read_gets_links_and_no_buttons() -> None:
    site.add_phone(NAME, digest_user=site.add_user("bjones"))
    found = [action for number in range(1, 11) for action in offered(number, may_save=False)]
    assert found
    assert not [action for action in found if action.do]


def test_the_last_steps_lead_to_card_and_test_call() -> None:
    site.add_phone(NAME)
    assert [action.href for action in offered(9)] == ["#card"]
    assert [action.href for action in offered(10)] == ["#test-call"]


def test_new_credentials_are_offered_with_the_user() -> None:
    site.add_phone(NAME, digest_user=site.add_user("bjones"))
    assert offered(2)[-1] == Action("Generate new credentials", do="credentials")
