"""Application User: passwords, groups, and the last administrator."""

from django.test import Client
from django.urls import reverse

from ccmadmin.models import ApplicationUser, ChangeLog
from ccmadmin.services import signin
from tests.ccmadmin import authenticator, site
from tests.ccmadmin.device.test_registration import bind
from tests.ccmadmin.services.test_sessions import browser
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


def test_a_block_names_its_addresses_and_phones_and_can_be_lifted(installed: None) -> None:
    client = sign_in()
    site.administrator("locked")
    for _try in range(signin.PER_USER_AND_ADDRESS):
        signin.failed(userid="locked", address="192.0.2.41")
    signin.failed(userid="locked", address="192.0.2.42")
    bind(remote_host="192.0.2.41")
    url = reverse("usermgmt/application_user configure", args=["locked"])
    text = text_of(client.get(url))
    assert "192.0.2.41 5 Blocked SEP000000001001 192.0.2.42 1 Not blocked -" in text
    lifted = client.post(reverse("usermgmt/application_user lift", args=["locked"]), follow=True)
    assert "locked can sign in again." in text_of(lifted)
    assert signin.blocked(userid="locked", address="192.0.2.41") is None
    assert "Wrong passwords" not in text_of(client.get(url))


def test_who_only_reads_sees_a_block_and_no_button(installed: None) -> None:
    signin.failed(userid="reader", address="192.0.2.41")
    client = sign_in("reader", groups=[READ_ONLY])
    shown = client.get(reverse("usermgmt/application_user configure", args=["reader"]))
    assert "Wrong passwords in the last ten minutes" in text_of(shown)
    assert b"Lift the Block" not in shown.content


def test_an_administrator_removes_a_lost_second_factor(installed: None) -> None:
    client = sign_in()
    authenticator.set_up(site.administrator("locked"))
    url = reverse("usermgmt/application_user configure", args=["locked"])
    assert "Second Factor Remove Second Factor Status Set up" in text_of(client.get(url))
    remove = reverse("usermgmt/application_user remove-second-factor", args=["locked"])
    assert "signs in with the password alone now" in text_of(client.post(remove, follow=True))
    assert "locked has no second factor." in text_of(client.post(remove, follow=True))
    change = ChangeLog.objects.filter(key="locked", comment="Second factor removed").get()
    assert change.user == "tester"
    signed_in = Client().post(
        reverse("sign-in"), {"username": "locked", "password": site.PASSWORD}
    )
    assert signed_in.status_code == 302


def test_sessions_of_a_user_are_listed_and_ended_one_by_one_or_all(installed: None) -> None:
    client = sign_in()
    site.administrator()
    others = [browser(f"192.0.2.{n}") for n in (7, 8, 9)]
    url = reverse("usermgmt/application_user configure", args=["admin"])
    end = reverse("usermgmt/application_user end-sessions", args=["admin"])
    shown = client.get(url)
    assert "192.0.2.8 Firefox, Linux" in text_of(shown)
    name = next(s.name for s in shown.context["sessions"] if s.address == "192.0.2.8")
    assert "1 session ended." in text_of(client.post(end, {"session": name}, follow=True))
    home = reverse("home")
    assert [other.get(home).status_code for other in others] == [200, 302, 200]
    assert "2 sessions ended." in text_of(client.post(end, follow=True))
    assert "not signed in anywhere" in text_of(client.get(url))


def test_ending_all_of_ones_own_sessions_leaves_the_one_at_work(installed: None) -> None:
    site.administrator()
    client = browser()
    client.post(reverse("usermgmt/application_user end-sessions", args=["admin"]))
    assert client.get(reverse("home")).status_code == 200


def test_the_rules_for_a_password_stand_beside_it(installed: None) -> None:
    assert "At least 10 characters." in text_of(sign_in().get(ADD))


def test_the_list_names_the_groups_of_each_user(installed: None) -> None:
    sign_in("reader", groups=["Standard CCM Read Only", "Standard CCM Server Monitoring"])
    page = sign_in().get(reverse("usermgmt/application_user"))
    assert "reader Yes Standard CCM Read Only, Standard CCM Server Monitoring" in text_of(page)


def test_both_fields_of_a_required_password_are_marked(installed: None) -> None:
    page = sign_in().get(ADD)
    lines = [line for section in page.context["sections"] for line in section.lines]
    marked = [line.field.name for line in lines if line.is_required]
    assert marked == ["userid", "password", "confirm_password"]
