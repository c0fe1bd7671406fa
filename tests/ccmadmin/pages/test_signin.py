"""Signing in and out, and what stops guessing."""

from django.test import Client
from django.urls import reverse

from ccmadmin.services import records
from ccmadmin.services.signin import PER_USER_AND_ADDRESS
from tests.ccmadmin import site
from tests.ccmadmin.visitor import text_of

SIGN_IN = reverse("sign-in")


def test_the_right_password_opens_the_page_that_was_asked_for(installed: None) -> None:
    site.administrator()
    client = Client()
    response = client.post(
        SIGN_IN, {"username": "admin", "password": site.PASSWORD, "next": "/device/phone/"}
    )
    assert response.headers["Location"] == "/device/phone/"
    assert client.get(reverse("home")).status_code == 200


def test_a_link_elsewhere_is_not_followed(installed: None) -> None:
    site.administrator()
    response = Client().post(
        SIGN_IN,
        {"username": "admin", "password": site.PASSWORD, "next": "https://example.test/"},
    )
    assert response.headers["Location"] == reverse("home")


def test_a_wrong_password_and_an_unknown_user_get_the_same_answer(installed: None) -> None:
    site.administrator()
    wrong = Client().post(SIGN_IN, {"username": "admin", "password": "wrong"})
    unknown = Client().post(SIGN_IN, {"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert "User ID or password is wrong." in text_of(wrong)
    assert "User ID or password is wrong." in text_of(unknown)
    assert b'value="admin"' in wrong.content
    assert b'wrong"' not in wrong.content


def test_too_many_wrong_passwords_block_the_right_one_too(installed: None) -> None:
    site.administrator()
    client = Client()
    for _try in range(PER_USER_AND_ADDRESS):
        client.post(SIGN_IN, {"username": "admin", "password": "wrong"})
    blocked = client.post(SIGN_IN, {"username": "admin", "password": site.PASSWORD})
    assert blocked.status_code == 401
    assert "Too many wrong passwords for “admin”" in text_of(blocked)


def test_an_inactive_user_stays_outside(installed: None) -> None:
    site.administrator("other")
    user = site.administrator()
    user.is_active = False
    records.save(user, actor=site.ACTOR)
    response = Client().post(SIGN_IN, {"username": "admin", "password": site.PASSWORD})
    assert response.status_code == 401


def test_signing_out_ends_the_session_and_needs_a_button(installed: None) -> None:
    client = Client()
    client.force_login(site.administrator())
    assert client.get(reverse("sign-out")).status_code == 405
    assert client.post(reverse("sign-out")).headers["Location"] == SIGN_IN
    assert client.get(reverse("home")).status_code == 302


def test_who_is_signed_in_goes_on(installed: None) -> None:
    client = Client()
    client.force_login(site.administrator())
    assert client.get(SIGN_IN).status_code == 302
