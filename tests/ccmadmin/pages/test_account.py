"""The own account: its password and its sessions."""

from django.urls import reverse

from ccmadmin.models import ApplicationUser
from ccmadmin.services import sessions, signin
from tests.ccmadmin import site
from tests.ccmadmin.services.test_sessions import browser
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

URL = reverse("password")
ACCOUNT = reverse("account")
END = reverse("end-sessions")
NEW = "another horse battery"


def test_anybody_may_change_the_own_password(installed: None) -> None:
    client = sign_in("reader", groups=[READ_ONLY])
    data = {"current": site.PASSWORD, "new": NEW, "confirm": NEW}
    done = client.post(URL, data, follow=True)
    assert "Your password is changed." in text_of(done)
    assert ApplicationUser.by_key("reader").check_password(NEW)


def test_the_current_password_must_be_right(installed: None) -> None:
    client = sign_in()
    refused = client.post(URL, {"current": "wrong", "new": NEW, "confirm": NEW})
    assert refused.status_code == 422
    assert "This is not your current password." in text_of(refused)
    assert [problem["href"] for problem in refused.context["problems"]] == ["#id_current"]


def test_the_new_password_is_typed_twice(installed: None) -> None:
    client = sign_in()
    refused = client.post(URL, {"current": site.PASSWORD, "new": NEW, "confirm": "other"})
    assert "The two new passwords differ." in text_of(refused)


def test_a_weak_password_is_refused_with_the_reason(installed: None) -> None:
    client = sign_in()
    refused = client.post(URL, {"current": site.PASSWORD, "new": "short", "confirm": "short"})
    assert "too short" in text_of(refused)


def test_the_account_page_lists_the_own_sessions(installed: None) -> None:
    site.administrator()
    client = browser("192.0.2.7")
    browser("192.0.2.8")
    text = text_of(client.get(ACCOUNT))
    assert "192.0.2.7 Firefox, Linux This session" in text
    assert "192.0.2.8 Firefox, Linux" in text
    assert "Not set up" in text
    assert "At least 10 characters" in text


def test_another_session_is_ended_from_there(installed: None) -> None:
    site.administrator()
    client, other = browser("192.0.2.7"), browser("192.0.2.8")
    listed = client.get(ACCOUNT).context["sessions"]
    named = {"session": listed[1].name}
    assert "1 session ended." in text_of(client.post(END, named, follow=True))
    assert "has ended already" in text_of(client.post(END, named, follow=True))
    assert other.get(reverse("home")).status_code == 302


def test_the_session_of_somebody_else_is_not_ended_from_there(installed: None) -> None:
    client = sign_in()
    user, other = site.administrator(), browser()
    [theirs] = sessions.sessions_of(user)
    assert "has ended already" in text_of(client.post(END, {"session": theirs.name}, follow=True))
    assert other.get(reverse("home")).status_code == 200


def test_all_other_sessions_are_ended_at_once(installed: None) -> None:
    site.administrator()
    client = browser("192.0.2.7")
    others = [browser("192.0.2.8"), browser("192.0.2.9")]
    done = client.post(END, follow=True)
    assert "2 sessions ended." in text_of(done)
    assert [other.get(reverse("home")).status_code for other in others] == [302, 302]


def test_a_new_password_ends_the_other_sessions_and_not_this_one(installed: None) -> None:
    user = site.administrator()
    client, other = browser("192.0.2.7"), browser("192.0.2.8")
    client.post(URL, {"current": site.PASSWORD, "new": NEW, "confirm": NEW})
    [left] = sessions.sessions_of(user, client.session.session_key)
    assert left.is_own
    assert client.get(reverse("home")).status_code == 200
    assert other.get(reverse("home")).status_code == 302


def test_wrong_current_passwords_are_limited(installed: None) -> None:
    client = sign_in()
    for _try in range(signin.PER_USER_AND_ADDRESS):
        client.post(URL, {"current": "wrong", "new": NEW, "confirm": NEW})
    blocked = client.post(URL, {"current": site.PASSWORD, "new": NEW, "confirm": NEW})
    assert "Too many wrong passwords" in text_of(blocked)
