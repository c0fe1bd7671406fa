"""References by natural key: drop-downs, typed keys with suggestions, errors that help."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from ccmadmin.models import DirectoryNumber, EndUser, RoutePartition
from ccmadmin.pages import keys
from ccmadmin.pages.keys import KeyField, label_of, matching, not_found, options_of
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed


def users() -> KeyField:
    return KeyField(EndUser.objects.order_by("userid"), required=False)


def test_a_key_becomes_the_record(installed: None) -> None:
    user = site.add_user("swhite")
    assert users().clean(" swhite ") == user
    assert users().clean("") is None


def test_a_number_is_found_in_its_partition(installed: None) -> None:
    number = site.add_number("1002", site.add_partition("PT_A"))
    site.add_number("1002")
    field = KeyField(DirectoryNumber.objects.all(), required=False)
    assert field.clean("1002@PT_A") == number


def test_a_wrong_key_names_itself_and_what_looks_like_it(installed: None) -> None:
    site.add_user("swhite", first_name="Sam", last_name="White")
    site.add_user("bjones")
    with pytest.raises(ValidationError, match=r"No End User “swhit”\. Did you mean swhite"):
        users().clean("swhit")


def test_a_key_like_no_other_gets_no_suggestion(installed: None) -> None:
    site.add_user("swhite")
    assert not_found(EndUser.objects.all(), "zzz") == "No End User “zzz”."


def test_upper_and_lower_case_are_suggested_not_guessed(installed: None) -> None:
    site.add_user("swhite")
    assert "Did you mean swhite" in not_found(EndUser.objects.all(), "SWhite")


def test_a_required_reference_must_be_selected(installed: None) -> None:
    with pytest.raises(ValidationError):
        KeyField(EndUser.objects.all()).clean("")


def test_a_person_is_labelled_with_the_name(installed: None) -> None:
    user = site.add_user("swhite", first_name="Sam", last_name="White")
    assert label_of(user) == "swhite (Sam White)"
    assert label_of(site.add_number("1002", site.add_partition("PT_A"))) == "1002 in PT_A"


def test_suggestions_match_key_and_name(installed: None) -> None:
    site.add_user("swhite", last_name="White")
    site.add_user("bjones", last_name="Jones")
    found = options_of(matching(EndUser.objects.all(), "whi"), 10)
    assert [key for key, _label in found] == ["swhite"]


def test_a_short_list_is_a_drop_down_and_a_long_one_a_text(
    installed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for index in range(3):
        site.add_partition(f"PT_{index}")
    field = KeyField(RoutePartition.objects.order_by("name"), required=False)
    assert "<select" in field.widget.render("partition", "PT_1", {"id": "id_partition"})
    monkeypatch.setattr(keys, "LONGEST_DROP_DOWN", 2)
    text = field.widget.render("partition", "PT_1", {"id": "id_partition"})
    assert '<input type="text" name="partition" value="PT_1" list="id_partition_list"' in text


def test_the_page_answers_suggestions_for_its_references_only(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite")
    url = reverse("device/phone choices")
    found = client.get(url, {"field": "digest_user", "text": "sw"})
    assert '<option value="swhite">' in found.content.decode()
    assert client.get(url, {"field": "description", "text": "sw"}).status_code == 400


def test_a_misspelt_digest_user_keeps_what_was_typed(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite")
    site.add_phone("SEP000000001001")
    url = reverse("device/phone configure", args=["SEP000000001001"])
    response = client.post(url, typed(client.get(url), digest_user="swhit"))
    assert response.status_code == 422
    assert "Did you mean swhite" in text_of(response)
    assert 'name="digest_user" value="swhit"' in response.content.decode()
