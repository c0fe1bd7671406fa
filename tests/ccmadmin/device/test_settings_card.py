"""The settings card: what to type into the phone, and the password at most once."""

from django.urls import reverse

from ccmadmin.pages import held
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
    assert "Port 5060 Transport UDP never TLS" in text
    assert "Line 1 User name, number, user part 1001" in text
    assert "Display name Sam White" in text
    assert "Authorization ID, auth user swhite" in text
    assert "Password The Digest Credentials of swhite." in text
    assert "Realm, if it asks ccmsipline" in text
    assert "Registration interval 120 seconds, or more" in text
    assert b"Secret-77" not in shown.content
    assert shown.headers["Cache-Control"] == "no-store"


def test_a_password_that_was_just_made_is_shown_once(installed: None) -> None:
    user = site.add_user("swhite", digest_credentials="made-just-now")
    site.add_phone(NAME, [site.add_number("1001")], digest_user=user)
    client = sign_in()
    session = client.session
    session[f"once {NAME}"] = held.seal("made-just-now", f"once {NAME}")
    session.save()
    first = client.get(URL)
    assert "made-just-now" in text_of(first)
    assert "shown this once" in text_of(first)
    assert "made-just-now" not in text_of(client.get(URL))


def test_what_is_missing_on_our_side_stands_above(installed: None) -> None:
    site.add_phone(NAME)
    text = text_of(sign_in().get(URL))
    assert "has no Digest User: without one it cannot register" in text
    assert "has no line" in text


def test_the_phones_page_leads_to_it(installed: None) -> None:
    site.add_phone(NAME)
    page = sign_in().get(reverse("device/phone configure", args=[NAME]))
    assert f'href="{URL}"' in page.content.decode()


def test_the_card_has_a_qr_code(installed: None) -> None:
    site.add_phone(NAME, [site.add_number("1001")])
    page = sign_in().get(URL).content.decode()
    assert 'src="data:image/svg+xml' in page
