"""The settings card: what to type into the phone, and never the password."""

from django.urls import reverse

from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of

NAME = "SEP000000001001"
URL = reverse("device/phone settings-card", args=[NAME])


def test_it_says_everything_that_the_phone_asks_for(installed: None) -> None:
    user = site.add_user("swhite", digest_credentials="Secret-77")
    profile = site.add_security_profile(transport_type="UDP")
    phone = site.add_phone(
        NAME, [site.add_number("1001")], digest_user=user, phone_security_profile=profile
    )
    line = phone.lines.get()
    lines = [{"index": 1, "directory_number": line.directory_number, "display": "Sam White"}]
    records.save(phone, actor=site.ACTOR, lists={"lines": lines})
    shown = sign_in(groups=[READ_ONLY]).get(URL)
    text = text_of(shown)
    assert ":5060 Transport UDP" in text
    assert "User, number of line 1 1001 shown as Sam White" in text
    assert "Authorization ID, auth user swhite" in text
    assert "Password The Digest Credentials of swhite." in text
    assert "Realm, if it asks ccmsipline" in text
    assert "Registration interval 120 seconds, or more" in text
    assert b"Secret-77" not in shown.content


def test_a_profile_without_digest_authentication_takes_any_password(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")], digest_user=site.add_user("swhite"))
    assert "does not verify it" in text_of(sign_in().get(URL))


def test_what_is_missing_on_our_side_stands_above(installed: None) -> None:
    site.add_phone(NAME)
    text = text_of(sign_in().get(URL))
    assert "has no Digest User: without one it cannot register" in text
    assert "has no line" in text


def test_the_phones_page_leads_to_it(installed: None) -> None:
    site.add_phone(NAME)
    page = sign_in().get(reverse("device/phone configure", args=[NAME]))
    assert f'href="{URL}"' in page.content.decode()
