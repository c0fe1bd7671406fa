"""A secret that is shown once."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from ccmadmin.pages import held, once


@pytest.fixture
def request_with_session(installed: None) -> HttpRequest:
    request = HttpRequest()
    request.session = SessionStore()
    return request


def test_it_is_handed_out_once(request_with_session: HttpRequest) -> None:
    once.keep(request_with_session, "SEP1", "secret")
    assert once.take(request_with_session, "SEP2") == ""
    assert once.take(request_with_session, "SEP1") == "secret"
    assert once.take(request_with_session, "SEP1") == ""


def test_the_session_holds_it_sealed(request_with_session: HttpRequest) -> None:
    once.keep(request_with_session, "SEP1", "secret")
    assert "secret" not in str(dict(request_with_session.session.items()))


def test_after_its_time_it_is_gone(
    request_with_session: HttpRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    once.keep(request_with_session, "SEP1", "secret")
    monkeypatch.setattr(held, "KEPT_S", -1)
    assert once.take(request_with_session, "SEP1") == ""
