"""Who is signed in where, and the end of it."""

import pytest
from django.test import Client
from django.urls import reverse

from ccmadmin.models import Session
from ccmadmin.services import sessions
from tests.ccmadmin import site

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0"


def browser(address: str = "192.0.2.7", user_agent: str = FIREFOX) -> Client:
    """Sign in as a person does; `site.administrator()` must be there."""
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": user_agent})
    client.post(reverse("sign-in"), {"username": "admin", "password": site.PASSWORD})
    return client


def test_a_session_is_listed_with_address_browser_and_time(installed: None) -> None:
    user = site.administrator()
    client = browser()
    [found] = sessions.sessions_of(user, client.session.session_key)
    assert (found.address, found.browser, found.is_own) == ("192.0.2.7", "Firefox, Linux", True)
    assert found.user_agent == FIREFOX
    assert found.signed_in_at is not None
    assert found.seen_at is not None


def test_the_name_of_a_session_is_not_its_key(installed: None) -> None:
    user = site.administrator()
    key = browser().session.session_key
    [found] = sessions.sessions_of(user)
    assert key is not None
    assert found.name not in key
    assert not sessions.end(user, key)


def test_an_ended_session_asks_to_sign_in(installed: None) -> None:
    user = site.administrator()
    one, other = browser(), browser("192.0.2.8")
    [own, _second] = sessions.sessions_of(user, one.session.session_key)
    assert own.is_own
    assert sessions.end(user, own.name)
    assert not sessions.end(user, own.name)
    assert one.get(reverse("home")).status_code == 302
    assert other.get(reverse("home")).status_code == 200


def test_all_others_end_and_the_own_one_stays(installed: None) -> None:
    user = site.administrator()
    own, other = browser(), browser("192.0.2.8")
    assert sessions.end_all(user, but=own.session.session_key) == 1
    assert own.get(reverse("home")).status_code == 200
    assert other.get(reverse("home")).status_code == 302


def test_a_user_ends_nobody_elses_session(installed: None) -> None:
    admin, stranger = site.administrator(), site.administrator("stranger")
    browser()
    [found] = sessions.sessions_of(admin)
    assert not sessions.end(stranger, found.name)
    assert sessions.end_all(stranger) == 0


def test_expired_sessions_are_forgotten_when_somebody_signs_in(installed: None) -> None:
    user = site.administrator()
    browser()
    Session.objects.update(expire_date="2020-01-01T00:00:00Z")
    assert sessions.sessions_of(user) == []
    browser()
    assert Session.objects.count() == 1


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (FIREFOX, "Firefox, Linux"),
        (EDGE, "Edge, Windows"),
        ("curl/8.5.0", "curl"),
        ("Robot/1.0", "Robot"),
        ("", ""),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, told: str) -> None:
    assert sessions.browser_of(user_agent) == told
