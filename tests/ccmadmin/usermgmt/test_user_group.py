"""User Group: roles that its members have."""

from django.urls import reverse

from ccmadmin.models import UserGroup
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_group_gets_its_roles(installed: None) -> None:
    client = sign_in()
    url = reverse("usermgmt/user_group add")
    rows = {"roles-total": "1", "roles-0-role": "Standard CCM Read Only"}
    client.post(url, typed(client.get(url), name="Readers", **rows))
    roles = UserGroup.by_key("Readers").roles.all()
    assert [row.role.name for row in roles] == ["Standard CCM Read Only"]


def test_a_group_with_members_is_not_deleted(installed: None) -> None:
    sign_in("other", groups=["Standard CCM Read Only"])
    url = reverse("usermgmt/user_group dependents", args=["Standard CCM Read Only"])
    assert "Application Users 1 other (" in text_of(sign_in().get(url))


def test_the_list_names_the_roles_of_each_group(installed: None) -> None:
    roles = [{"role": f"Standard CCM {name}"} for name in ("Read Only", "Server Monitoring")]
    site.records.save(UserGroup(name="Both"), actor=site.ACTOR, lists={"roles": roles})
    page = sign_in().get(reverse("usermgmt/user_group"))
    assert "Both Standard CCM Read Only, Standard CCM Server Monitoring" in text_of(page)
