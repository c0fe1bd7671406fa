"""Tokens and sessions, and what happens to those who have neither."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ccmadmin.models import ApiToken, ApplicationUser, FailedAttempt
from ccmadmin.services import records, signin
from tests.ccmadmin.pages.api.caller import Caller, codes, problems, token_of
from tests.ccmadmin.site import ACTOR, administrator


def test_without_a_token_the_answer_says_which_kind_is_wanted(installed: None) -> None:
    response = Caller().get("phones/")
    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="ccmadmin"'
    assert codes(response) == {"": "not-authenticated"}
    assert "Authorization: Bearer <token>" in problems(response)[""]


@pytest.mark.parametrize("token", ["x", "ccm_12345678_wrong", "ccm__", "ccm_é_x"])
def test_a_wrong_token_is_refused(installed: None, token: str) -> None:
    response = Caller(token).get("phones/")
    assert response.status_code == 401
    assert codes(response) == {"": "token-invalid"}


def test_an_expired_token_is_refused(installed: None) -> None:
    script = Caller(token_of(administrator()))
    assert script.get("phones/").status_code == 200
    token = ApiToken.objects.get()
    token.expires_at = timezone.now() - timedelta(seconds=1)
    records.save(token, actor=ACTOR)
    assert script.get("phones/").status_code == 401


def test_only_the_hash_of_a_token_is_stored(installed: None) -> None:
    clear_text = token_of(administrator())
    stored = ApiToken.objects.values().get()
    assert clear_text not in str(stored)
    assert clear_text.rpartition("_")[2] not in str(stored)


def test_too_many_wrong_tokens_from_one_address_are_told_to_wait(script: Caller) -> None:
    answers = [Caller("ccm_12345678_wrong").get("phones/") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert FailedAttempt.objects.count() == signin.PER_USER_AND_ADDRESS
    assert script.get("phones/").status_code == 200, "a right token is not blocked by wrong ones"


def test_the_last_use_is_noted_once_a_minute(script: Caller) -> None:
    script.get("phones/")
    first = ApiToken.objects.get().last_used_at
    script.get("phones/")
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


def test_a_session_of_the_pages_reads_and_needs_the_csrf_token_to_write(installed: None) -> None:
    administrator()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ApplicationUser.by_key("admin"))
    assert browser.get("/api/v1/phones/").status_code == 200
    path, kind = "/api/v1/route-partitions/PT/", "application/json"
    refused = browser.put(path, "{}", content_type=kind)
    assert refused.status_code == 403
    assert "CSRF" in problems(refused)[""]
    browser.cookies["csrftoken"] = token = "a" * 32
    saved = browser.put(path, "{}", content_type=kind, headers={"X-CSRFToken": token})
    assert saved.status_code == 201, saved.content
