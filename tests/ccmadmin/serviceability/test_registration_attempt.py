"""Registration Attempts."""

from django.urls import reverse

from tests.ccmadmin.device.test_registration import refuse
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of


def test_an_attempt_explains_itself_first(installed: None) -> None:
    attempt = refuse()
    url = reverse("serviceability/registration_attempt configure", args=[str(attempt.pk)])
    text = text_of(sign_in().get(url))
    assert text.index("Do this Enter the Digest Credentials") < text.index("What came")
    assert "192.0.2.77" in text


def test_attempts_are_found_by_phone_and_by_rule(installed: None) -> None:
    client = sign_in()
    refuse(phone="SEP000000001001", rule="digest-password")
    refuse(phone="SEP000000001002", rule="transport")
    url = reverse("serviceability/registration_attempt")
    for field, text in (("phone", "SEP000000001002"), ("rule", "transport")):
        listed = client.get(url, {"field": field, "operator": "exactly", "text": text})
        assert [row.cells[1][1].text for row in listed.context["rows"]] == ["SEP000000001002"]


def test_the_newest_attempt_comes_first(installed: None) -> None:
    first, second = refuse(), refuse()
    rows = sign_in().get(reverse("serviceability/registration_attempt")).context["rows"]
    assert [row.key for row in rows] == [str(second.pk), str(first.pk)]


def test_an_attempt_leads_back_to_its_phone(installed: None) -> None:
    attempt = refuse(phone="SEP000000001001")
    url = reverse("serviceability/registration_attempt configure", args=[str(attempt.pk)])
    phone = reverse("device/phone configure", args=["SEP000000001001"])
    assert phone in sign_in().get(url).content.decode()
    group = group_for("serviceability/registration_attempt", may_update=False)
    assert phone not in sign_in("other", groups=[group]).get(url).content.decode()


def test_the_heading_names_the_phone_and_times_have_seconds_and_zone(installed: None) -> None:
    attempt = refuse(phone="SEP000000001001")
    url = reverse("serviceability/registration_attempt configure", args=[str(attempt.pk)])
    text = text_of(sign_in().get(url))
    assert "Registration Attempt of SEP000000001001" in text
    assert f"Time {attempt.last_at:%Y-%m-%d %H:%M:%S} UTC (just now)" in text
