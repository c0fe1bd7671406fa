"""Nothing typed is lost: not with the session, and not a secret in a form that comes back."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.models import ApplicationUser, EndUser, RoutePartition
from ccmadmin.models.fields import cipher
from ccmadmin.pages import held
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of, typed

ADD = reverse("callrouting/route_partition add")
ADD_USER = reverse("usermgmt/end_user add")
SIGN_IN = reverse("sign-in")
TWICE = {"digest_credentials": "Secret-77", "confirm_digest_credentials": "Secret-77"}


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def test_a_form_of_an_ended_session_is_sent_after_signing_in(installed: None) -> None:
    site.administrator()
    client = Client()
    asked = client.post(ADD, {"name": "PT_A", "description": "typed at length"})
    assert asked.status_code == 401
    assert "what you typed is kept" in text_of(asked)
    again = {"username": "admin", "password": "wrong", "next": ADD, "held": hidden(asked, "held")}
    refused = client.post(SIGN_IN, again)
    signed_in = client.post(
        SIGN_IN, {**again, "held": hidden(refused, "held"), "password": site.PASSWORD}
    )
    assert f'action="{ADD}"' in signed_in.content.decode()
    assert not RoutePartition.objects.exists()
    client.post(ADD, {"held": hidden(signed_in, "held")})
    assert RoutePartition.by_key("PT_A").description == "typed at length"


def test_what_is_held_cannot_be_read_on_the_way(installed: None) -> None:
    asked = Client().post(ADD_USER, {"userid": "swhite", **TWICE})
    assert b"Secret-77" not in asked.content
    assert "Secret-77" in str(held.unseal(hidden(asked, "held"), held.FORM))


def test_the_token_of_the_session_that_ended_is_not_held(installed: None) -> None:
    asked = Client().post(ADD, {"name": "PT_A", "csrfmiddlewaretoken": "of-then"})
    assert held.unseal(hidden(asked, "held"), held.FORM) == "name=PT_A"


def test_who_signs_in_does_no_more_than_the_own_roles_allow(installed: None) -> None:
    asked = Client().post(ADD, {"name": "PT_A"})
    reader = sign_in("reader", groups=[READ_ONLY])
    assert reader.post(ADD, {"held": hidden(asked, "held")}).status_code == 403


@pytest.mark.parametrize("kept_s", [-1, None])
def test_what_was_held_too_long_or_by_others_is_not_taken(
    installed: None, monkeypatch: pytest.MonkeyPatch, kept_s: int | None
) -> None:
    sealed = "forged" if kept_s is None else held.seal("name=PT_A", held.FORM)
    if kept_s is not None:
        monkeypatch.setattr(held, "KEPT_S", kept_s)
    answer = sign_in().post(ADD, {"held": sealed}, follow=True)
    assert "kept for an hour" in text_of(answer)
    assert not RoutePartition.objects.exists()


def test_nothing_else_that_the_same_key_sealed_is_opened(installed: None) -> None:
    out_of_the_database = cipher().encrypt(b"Secret-77").decode()
    assert held.unseal(out_of_the_database, held.SECRET) is None
    assert held.unseal(held.seal("name=PT_A", held.FORM), held.SECRET) is None


def test_a_secret_survives_an_error_elsewhere_without_being_shown(installed: None) -> None:
    client = sign_in()
    refused = client.post(ADD_USER, {"userid": "swhite", "last_name": "", **TWICE})
    assert refused.status_code == 422
    assert b"Secret-77" not in refused.content
    assert "Kept as you typed it" in text_of(refused)
    kept = {"kept_digest_credentials": hidden(refused, "kept_digest_credentials")}
    client.post(ADD_USER, {"userid": "swhite", "last_name": "White", **kept})
    assert EndUser.by_key("swhite").digest_credentials == "Secret-77"


def test_a_password_survives_the_buttons_of_a_list(installed: None) -> None:
    client, url = sign_in(), reverse("usermgmt/application_user add")
    both = {"password": site.PASSWORD, "confirm_password": site.PASSWORD}
    grown = client.post(url, typed(client.get(url), userid="new", rows="groups:add", **both))
    assert site.PASSWORD not in grown.content.decode()
    kept = {"kept_password": hidden(grown, "kept_password"), "groups-total": "0"}
    client.post(url, {"userid": "new", "is_active": "on", **kept})
    assert ApplicationUser.by_key("new").check_password(site.PASSWORD)


def test_two_texts_that_differ_are_not_kept(installed: None) -> None:
    differing = {"digest_credentials": "one", "confirm_digest_credentials": "two"}
    refused = sign_in().post(ADD_USER, {"userid": "swhite", "last_name": "W", **differing})
    assert "The two Digest Credentials differ" in text_of(refused)
    assert hidden(refused, "kept_digest_credentials") == ""
