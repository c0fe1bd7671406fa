"""The live state of phones: on the list, on the page, and in the fragments between."""

import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from ccmadmin.models import Binding, RegistrationAttempt
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of

NAME = "SEP000000001001"
LIST = reverse("device/phone")
LIVE_LIST = reverse("device/phone live") + f"?names={NAME}"
LIVE = reverse("device/phone live-phone", args=[NAME])


def bind(**values: Any) -> Binding:
    now = timezone.now()
    defaults = {
        "node": "node-1",
        "phone": NAME,
        "number": "1001",
        "contact": "<sip:1001@192.0.2.41>",
        "transport": "UDP",
        "local_host": "192.0.2.1",
        "local_port": 5060,
        "remote_host": "192.0.2.41",
        "remote_port": 5062,
        "call_id": "x",
        "cseq": 1,
        "registered_at": now,
        "refreshed_at": now,
        "expires_at": now + datetime.timedelta(seconds=120),
    }
    return Binding.objects.create(**{**defaults, **values})


def refuse(**values: Any) -> RegistrationAttempt:
    now = timezone.now()
    defaults = {
        "node": "node-1",
        "outcome": "refused",
        "rule": "digest-password",
        "status": 401,
        "summary": "The password is not the digest credentials of swhite",
        "expected": "a response made with the right password",
        "received": "a response made with another password",
        "advice": "Enter the Digest Credentials on the phone.",
        "at": now,
        "last_at": now,
        "phone": NAME,
        "userid": "swhite",
        "number": "1001",
        "transport": "UDP",
        "remote_host": "192.0.2.77",
        "remote_port": 5062,
    }
    return RegistrationAttempt.objects.create(**{**defaults, **values})


def test_a_registered_phone_shows_its_address(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    bind()
    text = text_of(sign_in().get(LIST))
    assert "Registered" in text
    assert "192.0.2.41" in text


def test_a_phone_that_nothing_is_known_of_was_never_registered(installed: None) -> None:
    site.add_phone(NAME)
    assert "Never registered" in text_of(sign_in().get(LIST))


def test_a_refused_phone_says_on_the_list_why(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    refuse()
    text = text_of(sign_in().get(LIST))
    assert "Rejected The password is not the digest credentials of swhite" in text


def test_the_page_of_a_refused_phone_explains_rule_expectation_and_cure(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    refuse()
    text = text_of(sign_in().get(reverse("device/phone configure", args=[NAME])))
    assert "Rule digest-password" in text
    assert "Expected a response made with the right password" in text
    assert "Came a response made with another password" in text
    assert "Do this Enter the Digest Credentials on the phone." in text


def test_the_list_asks_for_its_phones_by_name(installed: None) -> None:
    site.add_phone(NAME)
    page = sign_in().get(LIST).content.decode()
    assert f'data-live="{LIVE_LIST}"' in page
    assert f'id="status-{NAME}"' in page
    assert f'id="address-{NAME}"' in page


def test_the_fragment_replaces_the_cells_of_its_phones(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    bind()
    fragment = sign_in().get(LIVE_LIST).content.decode()
    assert f'<div id="status-{NAME}" data-part>' in fragment
    assert "192.0.2.41" in fragment
    assert "<html" not in fragment


def test_a_fragment_is_sent_again_only_when_something_changed(installed: None) -> None:
    client = sign_in()
    site.add_phone(NAME, [site.add_number("1001")])
    for url in (LIVE_LIST, LIVE):
        tag = client.get(url).headers["ETag"]
        assert client.get(url, headers={"If-None-Match": tag}).status_code == 304
    tags = {url: client.get(url).headers["ETag"] for url in (LIVE_LIST, LIVE)}
    bind()
    for url, tag in tags.items():
        changed = client.get(url, headers={"If-None-Match": tag})
        assert changed.status_code == 200
        assert "Registered" in text_of(changed)


def test_a_name_that_is_no_phone_is_harmless(installed: None) -> None:
    assert sign_in().get(reverse("device/phone live") + "?names=").status_code == 200
    assert sign_in("b").get(reverse("device/phone live") + "?names=x,y").status_code == 200


def test_a_registered_phone_needs_no_explanation_on_the_list(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    bind()
    refuse(outcome="accepted", rule="accepted", summary=f"{NAME} registered 1001")
    assert f"{NAME} registered 1001" not in text_of(sign_in().get(LIST))


def test_the_page_shows_what_the_phone_sends_beside_its_lines(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    bind(user_agent="Desk phone 7", requested_expires=3600)
    text = text_of(sign_in().get(reverse("device/phone configure", args=[NAME])))
    assert "1 1001 <sip:1001@192.0.2.41> UDP 192.0.2.41:5062" in text
    assert "asked for 3600 seconds" in text
    assert "Desk phone 7" in text


def test_a_phone_out_of_step_is_flagged_on_list_and_page(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1012")])
    bind()
    client = sign_in()
    told = "The phone still registers as 1001, its line is 1012."
    for url in (LIST, LIVE_LIST):
        assert f"Not in step {told}" in text_of(client.get(url))
    page = text_of(client.get(LIVE))
    assert told in page
    assert "Do this On the phone enter 1012." in page
    assert "No line" in page


def test_a_refusal_is_told_before_the_drift(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1012")])
    bind()
    refuse()
    assert "Not in step" not in text_of(sign_in().get(LIST))
