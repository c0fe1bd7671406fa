"""Application users, groups, roles, tokens."""

from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.utils import timezone

from ccmadmin.models import ApiToken, ApplicationUser, Role, UserGroup
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, PASSWORD, administrator

pytestmark = pytest.mark.usefixtures("installed")


def test_djangos_own_backend_signs_in_an_active_user() -> None:
    user = administrator("admin")
    assert authenticate(username="ADMIN", password=PASSWORD) == user
    assert authenticate(username="admin", password="wrong") is None
    user.is_active = False
    records.save(user, actor=ACTOR)
    assert authenticate(username="admin", password=PASSWORD) is None


def test_djangos_own_permissions_grant_nothing() -> None:
    user = administrator()
    assert not user.has_perm("ccmadmin.change_phone")
    assert not user.has_module_perms("ccmadmin")


def test_an_old_hash_is_renewed_at_sign_in_without_a_change_being_logged(
    settings: LazySettings,
) -> None:
    user = administrator()
    revision = records.current_revision()
    preferred = "django.contrib.auth.hashers.ScryptPasswordHasher"
    settings.PASSWORD_HASHERS = [preferred, *settings.PASSWORD_HASHERS]
    assert user.check_password(PASSWORD)
    assert ApplicationUser.by_key("admin").password.startswith("scrypt$")
    assert records.current_revision() == revision


def test_signing_in_is_noted_without_a_change_being_logged() -> None:
    user = administrator()
    revision = records.current_revision()
    user.last_login = timezone.now()
    user.save(update_fields=["last_login"])
    assert records.current_revision() == revision


def test_the_last_active_administrator_can_be_neither_deleted_nor_locked_out() -> None:
    last = ApplicationUser.by_key("ccmadministrator")
    with pytest.raises(ValidationError, match="last active user who may change every page"):
        records.delete(last, actor=ACTOR)
    with pytest.raises(ValidationError, match="last active user"):
        records.save(last, actor=ACTOR, lists={"groups": []})
    last.is_active = False
    with pytest.raises(ValidationError, match="last active user"):
        records.save(last, actor=ACTOR)
    administrator("second")
    last.refresh_from_db()
    records.delete(last, actor=ACTOR)


def test_a_standard_group_cannot_be_changed_but_joined() -> None:
    group = UserGroup.by_key("Standard CCM Read Only")
    with pytest.raises(ValidationError, match="cannot be changed"):
        records.save(group, actor=ACTOR, lists={"roles": ["Standard CCM Super Users"]})
    administrator("reader", [group.name])
    with pytest.raises(ValidationError, match="cannot be deleted"):
        records.delete(group, actor=ACTOR)


def test_a_group_with_members_cannot_be_deleted() -> None:
    group = UserGroup(name="Night shift")
    records.save(group, actor=ACTOR, lists={"roles": ["Standard CCM Read Only"]})
    administrator("guard", ["Night shift"])
    with pytest.raises(records.StillUsedError, match="Application User guard"):
        records.delete(group, actor=ACTOR)


@pytest.mark.parametrize("page", ["Device/Phone", "device phone", ""])
def test_a_role_names_pages_by_key(page: str) -> None:
    with pytest.raises(ValidationError) as raised:
        records.save(Role(name="Lab"), actor=ACTOR, lists={"permissions": [{"page": page}]})
    assert list(raised.value.message_dict) == ["permissions.0.page"]


def test_a_role_names_a_page_once() -> None:
    rows = [{"page": "device/phone"}, {"page": "device/phone", "may_update": True}]
    with pytest.raises(ValidationError) as raised:
        records.save(Role(name="Lab"), actor=ACTOR, lists={"permissions": rows})
    assert list(raised.value.message_dict) == ["permissions.1.page"]


def test_the_name_of_a_token_is_unique() -> None:
    user = administrator()
    now = timezone.now()
    values = {"created_at": now, "expires_at": now + timedelta(days=1), "digest": "0" * 64}
    first = ApiToken(application_user=user, name="script", prefix="a", **values)
    records.save(first, actor=ACTOR)
    second = ApiToken(application_user=user, name="script", prefix="b", **values)
    with pytest.raises(ValidationError) as raised:
        records.save(second, actor=ACTOR)
    assert list(raised.value.message_dict) == ["name"]
