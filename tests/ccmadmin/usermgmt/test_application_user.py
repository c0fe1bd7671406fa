"""Application User: passwords, groups, and the last administrator."""

from django.urls import reverse

from ccmadmin.models import ApplicationUser
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of, typed

ADD = reverse("usermgmt/application_user add")


def test_a_user_is_added_with_password_and_group(installed: None) -> None:
    client = sign_in()
    both = {"password": site.PASSWORD, "confirm_password": site.PASSWORD}
    rows = {"groups-total": "1", "groups-0-user_group": READ_ONLY}
    client.post(ADD, typed(client.get(ADD), userid="reader", **both, **rows))
    user = ApplicationUser.by_key("reader")
    assert user.check_password(site.PASSWORD)
    assert [row.user_group.name for row in user.groups.all()] == [READ_ONLY]


def test_a_weak_password_is_refused_beside_its_field(installed: None) -> None:
    client = sign_in()
    both = {"password": "short", "confirm_password": "short"}
    refused = client.post(ADD, typed(client.get(ADD), userid="reader", **both))
    assert refused.status_code == 422
    assert "#id_password" in [problem["href"] for problem in refused.context["problems"]]
    assert not ApplicationUser.lookup("reader").exists()


def test_the_last_administrator_cannot_be_locked_out(installed: None) -> None:
    client = sign_in("only")
    for user in ApplicationUser.objects.exclude(userid="only"):
        url = reverse("usermgmt/application_user configure", args=[user.userid])
        client.post(url, typed(client.get(url), is_active=None))
    url = reverse("usermgmt/application_user configure", args=["only"])
    refused = client.post(url, typed(client.get(url), is_active=None))
    assert refused.status_code == 422
    assert "is the last active user who may change every page" in text_of(refused)
