"""Setting up a second factor, and what the account page says of it."""

import re
import time
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from ccmadmin.models import ApplicationUser, ChangeLog, EnterpriseParameter
from ccmadmin.models.parameters import EVERYBODY, FACTOR_RULE, NOBODY, WRITERS
from ccmadmin.pages.guard import MUST_CHANGE
from ccmadmin.services import records, second_factor
from tests.ccmadmin import authenticator, site
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.pages.test_held import hidden
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

SET_UP, REMOVE = reverse("second-factor"), reverse("second-factor-remove")
NEW_CODES = reverse("recovery-codes")
RIGHT = {"current": site.PASSWORD}


def secret_on(response: Any) -> str:
    """Read the secret as a person would type it."""
    found = re.search(r"Or type this secret ([A-Z2-7 ]{32,}) Or", text_of(response))
    assert found is not None
    return found.group(1).replace(" ", "")


def test_scanning_and_typing_the_code_sets_it_up_and_shows_recovery_codes_once(
    installed: None,
) -> None:
    client = sign_in("anna", groups=[READ_ONLY])
    shown = client.get(SET_UP)
    assert b'src="data:image/svg+xml' in shown.content
    assert "otpauth://totp/ccmadmin:anna?" in text_of(shown)
    assert "no-store" in shown.headers["Cache-Control"]
    secret = secret_on(shown)
    done = client.post(
        SET_UP, {**RIGHT, "code": authenticator.code(secret), "sealed": hidden(shown, "sealed")}
    )
    user = ApplicationUser.by_key("anna")
    assert user.second_factor == secret
    assert len(done.context["codes"]) == len(user.recovery_codes) == second_factor.RECOVERY_CODES
    assert "no-store" in done.headers["Cache-Control"]
    account = text_of(client.get(reverse("account")))
    assert "Status Set up" in account
    assert "Recovery codes left 10" in account
    assert "API tokens are not affected" in account


def test_a_wrong_code_stores_nothing_and_keeps_the_secret_on_the_page(installed: None) -> None:
    client = sign_in("anna")
    shown = client.get(SET_UP)
    again = client.post(SET_UP, {**RIGHT, "code": "000000x", "sealed": hidden(shown, "sealed")})
    assert again.status_code == 422
    assert "This is not the code of now." in text_of(again)
    assert secret_on(again) == secret_on(shown)
    assert ApplicationUser.by_key("anna").second_factor == ""


def test_a_secret_of_somebody_elses_making_is_not_taken(installed: None) -> None:
    client = sign_in("anna")
    secret = second_factor.new_secret()
    client.post(SET_UP, {**RIGHT, "code": authenticator.code(secret), "sealed": secret})
    assert ApplicationUser.by_key("anna").second_factor == ""


@pytest.mark.parametrize("url", [SET_UP, REMOVE, NEW_CODES])
def test_each_step_needs_the_password_again(installed: None, url: str) -> None:
    client = sign_in("anna")
    if url != SET_UP:
        authenticator.set_up(ApplicationUser.by_key("anna"))
    refused = client.post(url, {"current": "wrong", "code": "123456"})
    assert refused.status_code == 422
    assert refused.context["problems"][0]["href"] == "#id_current"
    assert "This is not your current password." in text_of(refused)


def test_a_second_one_is_not_set_up_over_the_first(installed: None) -> None:
    client = sign_in("anna")
    authenticator.set_up(ApplicationUser.by_key("anna"))
    assert "Remove it to set up another." in text_of(client.get(SET_UP, follow=True))


def test_where_there_is_none_none_can_be_removed(installed: None) -> None:
    client = sign_in("anna")
    assert client.get(REMOVE).headers["Location"] == reverse("account")


def test_new_recovery_codes_make_the_old_ones_void(installed: None) -> None:
    client = sign_in("anna")
    _secret, old = authenticator.set_up(ApplicationUser.by_key("anna"))
    made = client.post(NEW_CODES, RIGHT)
    stored = ApplicationUser.by_key("anna").recovery_codes
    assert second_factor.digest(made.context["codes"][0]) in stored
    assert second_factor.digest(old[0]) not in stored


def test_removing_it_is_logged_without_a_secret(installed: None) -> None:
    client = sign_in("anna")
    secret, _codes = authenticator.set_up(ApplicationUser.by_key("anna"))
    done = client.post(REMOVE, RIGHT, follow=True)
    assert "your password alone signs you in" in text_of(done)
    change = ChangeLog.objects.order_by("-sequence").first()
    assert change is not None
    assert change.comment == "Second factor removed"
    assert change.after["has_second_factor"] is False
    assert not any(secret in str(entry.after) for entry in ChangeLog.objects.all())


def test_nobody_sets_one_up_without_signing_in(installed: None) -> None:
    for url in (SET_UP, REMOVE, NEW_CODES):
        assert Client().get(url).status_code == 302


def test_the_code_of_the_test_is_that_of_the_clock() -> None:
    secret = second_factor.new_secret()
    assert authenticator.code(secret) == authenticator.code(secret, at=time.time())


def require(rule: str) -> None:
    parameter = EnterpriseParameter.by_key(FACTOR_RULE)
    parameter.value = rule
    records.save(parameter, actor=site.ACTOR)


def come_in(userid: str, groups: tuple[str, ...] = (READ_ONLY,)) -> Client:
    """Sign in by the page, as the tests' own short way would not notice the rule."""
    site.administrator(userid, groups)
    client = Client()
    client.post(reverse("sign-in"), {"username": userid, "password": site.PASSWORD})
    return client


def is_confined(client: Client) -> bool:
    response = client.get(reverse("home"))
    return response.status_code == 302 and response.headers["Location"] == SET_UP


def test_who_must_have_one_gets_no_other_page_until_it_is_set_up(installed: None) -> None:
    require(EVERYBODY)
    client = come_in("anna")
    assert is_confined(client)
    assert client.get(reverse("account")).headers["Location"] == SET_UP
    assert client.post(reverse("end-sessions")).headers["Location"] == SET_UP
    shown = client.get(SET_UP)
    assert "Your administrators require a second factor." in text_of(shown)
    code = authenticator.code(secret_on(shown))
    done = client.post(SET_UP, {**RIGHT, "code": code, "sealed": hidden(shown, "sealed")})
    assert len(done.context["codes"]) == second_factor.RECOVERY_CODES
    assert client.get(reverse("home")).status_code == 200


@pytest.mark.parametrize(
    ("rule", "reader", "writer"),
    [(NOBODY, False, False), (WRITERS, False, True), (EVERYBODY, True, True)],
)
def test_the_parameter_says_who(installed: None, rule: str, reader: bool, writer: bool) -> None:
    require(rule)
    assert is_confined(come_in("reads")) is reader
    assert is_confined(come_in("writes", ("Standard CCM Super Users",))) is writer


def test_a_rule_that_is_taken_back_lets_those_go_on_who_wait(installed: None) -> None:
    require(EVERYBODY)
    client = come_in("anna")
    assert is_confined(client)
    call_command("setparameter", FACTOR_RULE, NOBODY, stdout=StringIO())
    assert not is_confined(client)


def test_the_session_opens_no_way_round_over_rest_and_tokens_go_on(
    installed: None, script: Caller
) -> None:
    require(EVERYBODY)
    refused = come_in("anna").get("/api/v1/phones/")
    assert refused.status_code == 401
    assert "second-factor-missing" in refused.text
    assert script.get("phones/").status_code == 200


def test_who_must_have_one_may_remove_it_only_to_set_up_another(installed: None) -> None:
    client = come_in("anna")
    user = ApplicationUser.by_key("anna")
    user.second_factor = second_factor.new_secret()
    records.save(user, actor=site.ACTOR)
    require(EVERYBODY)
    assert client.post(REMOVE, RIGHT).headers["Location"] == SET_UP
    assert is_confined(client)


def test_an_old_password_comes_first(installed: None) -> None:
    require(EVERYBODY)
    client = come_in("anna")
    session = client.session
    session[MUST_CHANGE] = True
    session.save()
    password = reverse("password")
    assert client.get(reverse("home")).headers["Location"] == password
    assert client.get(password).status_code == 200
