"""Signing in and out, and what stops guessing."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import ApplicationUser, RoutePartition
from ccmadmin.models.base import allow_writes
from ccmadmin.models.parameters import LIFETIME_RULE
from ccmadmin.pages.signin import PENDING, PENDING_S
from ccmadmin.services import records
from ccmadmin.services.signin import PER_USER_AND_ADDRESS
from tests.ccmadmin import authenticator, site
from tests.ccmadmin.models.test_passwords import set_parameter
from tests.ccmadmin.pages.api.caller import Caller, token_of
from tests.ccmadmin.pages.test_held import hidden
from tests.ccmadmin.visitor import text_of

SIGN_IN = reverse("sign-in")
CODE = reverse("sign-in-code")


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


# -- the second step -----------------------------------------------------------------------------


def start(client: Client, **more: str) -> Any:
    """Give the right password of a user with a second factor."""
    return client.post(SIGN_IN, {"username": "admin", "password": site.PASSWORD, **more})


def test_who_has_a_second_factor_is_asked_for_a_code(installed: None) -> None:
    secret, _codes = authenticator.set_up(site.administrator())
    client = Client()
    asked = start(client, next="/device/phone/")
    assert "Enter the code of your authenticator" in text_of(asked)
    assert client.get(reverse("home")).status_code == 302
    data = {"code": authenticator.code(secret), "next": hidden(asked, "next")}
    assert client.post(CODE, data).headers["Location"] == "/device/phone/"
    assert client.get(reverse("home")).status_code == 200
    assert PENDING not in client.session


def test_a_used_code_signs_nobody_in(installed: None) -> None:
    secret, _codes = authenticator.set_up(site.administrator())
    code = authenticator.code(secret)
    first, second = Client(), Client()
    for client in (first, second):
        start(client)
    assert first.post(CODE, {"code": code}).status_code == 302
    refused = second.post(CODE, {"code": code})
    assert refused.status_code == 401
    assert "wrong or was used already" in text_of(refused)


def test_wrong_codes_count_as_wrong_passwords_do(installed: None) -> None:
    secret, _codes = authenticator.set_up(site.administrator())
    client = Client()
    for _try in range(PER_USER_AND_ADDRESS):
        start(client)  # the right password in between lifts nothing
        client.post(CODE, {"code": "nonsense"})
    blocked = client.post(CODE, {"code": authenticator.code(secret)})
    assert "Too many wrong passwords for “admin”" in text_of(blocked)
    assert start(Client()).status_code == 401


def test_a_recovery_code_signs_in_once(installed: None) -> None:
    _secret, codes = authenticator.set_up(site.administrator())
    client = Client()
    start(client)
    assert client.post(CODE, {"code": codes[3]}).status_code == 302
    again = Client()
    start(again)
    assert again.post(CODE, {"code": codes[3]}).status_code == 401


def test_the_second_step_needs_the_first(installed: None) -> None:
    secret, _codes = authenticator.set_up(site.administrator())
    refused = Client().post(CODE, {"code": authenticator.code(secret)})
    assert refused.status_code == 401
    assert "That took too long. Sign in again." in text_of(refused)


def test_the_second_step_waits_for_five_minutes(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    authenticator.set_up(site.administrator())
    client = Client()
    start(client)
    late = time.time() + PENDING_S + 1
    monkeypatch.setattr(time, "time", lambda: late)
    assert "That took too long." in text_of(client.get(CODE))


def test_a_password_that_is_changed_meanwhile_is_asked_for_again(installed: None) -> None:
    secret, _codes = authenticator.set_up(site.administrator())
    client = Client()
    start(client)
    user = ApplicationUser.by_key("admin")
    user.set_secret("password", "another horse battery")
    records.save(user, actor=site.ACTOR)
    assert client.post(CODE, {"code": authenticator.code(secret)}).status_code == 401


def test_who_is_locked_out_meanwhile_stays_outside(installed: None) -> None:
    site.administrator("other")
    secret, _codes = authenticator.set_up(site.administrator())
    client = Client()
    start(client)
    user = ApplicationUser.by_key("admin")
    user.is_active = False
    records.save(user, actor=site.ACTOR)
    refused = client.post(CODE, {"code": authenticator.code(secret)})
    assert "Sign in again." in text_of(refused)
    assert SESSION_KEY not in client.session


def test_what_was_typed_goes_through_both_steps(installed: None) -> None:
    secret, _codes = authenticator.set_up(site.administrator())
    client = Client()
    add = reverse("callrouting/route_partition add")
    asked = client.post(add, {"name": "PT_Kept"})
    step = start(client, next=hidden(asked, "next"), held=hidden(asked, "held"))
    data = {"code": authenticator.code(secret), "next": add, "held": hidden(step, "held")}
    go_on = client.post(CODE, data)
    client.post(add, {"held": hidden(go_on, "held")})
    assert RoutePartition.objects.get().name == "PT_Kept"


def test_api_tokens_need_no_code(installed: None) -> None:
    user = site.administrator()
    authenticator.set_up(user)
    assert Caller(token_of(user)).get("phones/").status_code == 200


# -- a password that is too old ------------------------------------------------------------------


def test_an_expired_password_opens_nothing_but_the_page_to_change_it(installed: None) -> None:
    user = site.administrator()
    set_parameter(LIFETIME_RULE, 30)
    with allow_writes():
        user.password_changes.update(at=timezone.now() - timedelta(days=31))
    client = Client()
    start(client)
    assert client.get(reverse("device/phone")).headers["Location"] == reverse("password")
    assert client.get("/api/v1/phones/").status_code == 401
    asked = client.get(reverse("password"))
    assert "Your password is older than the rules allow." in text_of(asked)
    new = {"current": site.PASSWORD, "new": "another horse battery"}
    client.post(reverse("password"), new | {"confirm": "another horse battery"})
    assert client.get(reverse("device/phone")).status_code == 200
