"""Changing the own password."""

from django.urls import reverse

from ccmadmin.models import ApplicationUser
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

URL = reverse("password")
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


def test_the_new_password_is_typed_twice(installed: None) -> None:
    client = sign_in()
    refused = client.post(URL, {"current": site.PASSWORD, "new": NEW, "confirm": "other"})
    assert "The two new passwords differ." in text_of(refused)


def test_a_weak_password_is_refused_with_the_reason(installed: None) -> None:
    client = sign_in()
    refused = client.post(URL, {"current": site.PASSWORD, "new": "short", "confirm": "short"})
    assert "too short" in text_of(refused)
