"""Who may read or update which page."""

import pytest
from django.contrib.auth.models import AnonymousUser

from ccmadmin import access
from ccmadmin.models import ApplicationUser, Role, UserGroup
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, administrator

pytestmark = pytest.mark.usefixtures("installed")

PHONE, USER, CALLS = "device/phone", "usermgmt/end_user", "serviceability/call_record"


@pytest.mark.parametrize(
    ("group", "readable", "updatable"),
    [
        ("Standard CCM Super Users", {PHONE, USER, CALLS}, {PHONE, USER, CALLS}),
        ("Standard CCM Read Only", {PHONE, USER, CALLS}, set()),
        ("Standard CCM Server Monitoring", {CALLS}, set()),
        ("Standard CCM Phone Administration", {PHONE, USER, CALLS}, {PHONE, USER}),
    ],
)
def test_standard_groups_allow_what_they_are_called_for(
    group: str, readable: set[str], updatable: set[str]
) -> None:
    user = administrator("someone", [group])
    pages = (PHONE, USER, CALLS)
    assert {page for page in pages if access.may(user, page, "read")} == readable
    assert {page for page in pages if access.may(user, page, "update")} == updatable


def test_nobody_and_the_inactive_may_nothing() -> None:
    user = administrator()
    user.is_active = False
    for nobody in (None, AnonymousUser(), user, administrator("idle", [])):
        assert not access.may(nobody, PHONE, "read")


def test_everybody_who_can_sign_in_reads_help_and_nobody_writes_it() -> None:
    idle = administrator("idle", [])
    assert access.may(idle, "help/about", "read")
    assert not access.may(administrator(), "help/about", "update")
    assert not access.may(AnonymousUser(), "help/about", "read")
    idle.is_active = False
    assert not access.may(idle, "help/about", "read")


def test_a_user_may_what_any_group_allows_and_who_may_update_may_read() -> None:
    role = Role(name="Phones")
    row = {"page": PHONE, "may_read": False, "may_update": True}
    records.save(role, actor=ACTOR, lists={"permissions": [row]})
    records.save(UserGroup(name="Phones"), actor=ACTOR, lists={"roles": ["Phones"]})
    user = administrator("both", ["Phones", "Standard CCM Server Monitoring"])
    assert access.may(user, PHONE, "update")
    assert access.may(user, PHONE, "read")
    assert access.may(user, CALLS, "read")
    assert not access.may(user, "device/phone_model", "read")


def test_the_roles_are_read_once_per_user_object(django_assert_num_queries: object) -> None:
    user = ApplicationUser.by_key(administrator().key)
    assert callable(django_assert_num_queries)
    with django_assert_num_queries(1):
        for page in (PHONE, USER, CALLS):
            assert access.may(user, page, "update")
