"""API Tokens: shown once, listed by their beginning, revoked."""

import re
from typing import Any

from django.test import Client
from django.urls import reverse

from ccmadmin.models import ApiToken, ChangeLog
from ccmadmin.services import tokens
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

URL = reverse("usermgmt/api_token")


def create(client: Client, name: str = "script", **changes: str) -> Any:
    return client.post(URL, {"name": name, "scope": "write", "days": "30", **changes})


def test_the_clear_text_is_on_one_answer_only(installed: None) -> None:
    client = sign_in()
    made = create(client)
    found = re.search(r'class="once">([^<]+)<', made.content.decode())
    assert found is not None
    assert made.headers["Cache-Control"] == "no-store"
    token = tokens.find(found[1])
    assert token is not None
    assert (token.name, token.scope, token.application_user.userid) == (
        "script",
        "write",
        "tester",
    )
    again = client.get(URL).content.decode()
    assert found[1] not in again
    assert f"ccm_{token.prefix}" in again


def test_a_name_that_is_taken_is_refused(installed: None) -> None:
    client = sign_in()
    create(client)
    refused = create(client)
    assert refused.status_code == 422
    assert "belongs to another API Token already" in text_of(refused)
    assert "Not saved: 1 field needs attention." in text_of(refused)
    assert [problem["href"] for problem in refused.context["problems"]] == ["#id_name"]
    assert ApiToken.objects.count() == 1


def test_a_lifetime_that_is_not_on_offer_is_refused(installed: None) -> None:
    assert create(sign_in(), days="99999").status_code == 422


def test_a_revoked_token_is_gone(installed: None) -> None:
    client = sign_in()
    create(client)
    url = reverse("usermgmt/api_token revoke", args=["script"])
    assert "Token script is revoked." in text_of(client.post(url, follow=True))
    assert not ApiToken.objects.exists()


def test_others_tokens_are_neither_shown_nor_revoked(installed: None) -> None:
    create(sign_in("other"))
    client = sign_in(groups=[group_for("usermgmt/api_token", may_update=True)])
    assert list(client.get(URL).context["tokens"]) == []
    url = reverse("usermgmt/api_token revoke", args=["script"])
    assert client.post(url).status_code == 404


def test_an_administrator_of_users_sees_all_tokens(installed: None) -> None:
    create(sign_in("other"))
    assert len(sign_in().get(URL).context["tokens"]) == 1


def test_a_reader_sees_no_form(installed: None) -> None:
    client = sign_in(groups=[READ_ONLY])
    assert b"Create Token" not in client.get(URL).content
    assert create(client).status_code == 403


def test_why_a_token_is_revoked_stands_in_the_change_log(installed: None) -> None:
    client = sign_in()
    create(client)
    assert 'name="reason"' in client.get(URL).content.decode()
    url = reverse("usermgmt/api_token revoke", args=["script"])
    refused = client.post(url, {"reason": "x" * 256}, follow=True)
    assert "255" in text_of(refused)
    assert ApiToken.objects.exists()
    client.post(url, {"reason": "The script is gone"})
    change = ChangeLog.objects.latest("sequence")
    assert (change.action, change.comment) == ("delete", "The script is gone")
