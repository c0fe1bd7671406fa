"""End User: digest credentials, and the association with devices."""

import re

from django.urls import reverse

from ccmadmin.models import ChangeLog, EndUser
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller
from tests.ccmadmin.visitor import READ_ONLY, sign_in, text_of, typed

URL = reverse("usermgmt/end_user configure", args=["swhite"])
DEVICES = reverse("usermgmt/end_user devices", args=["swhite"])


def controlled(userid: str = "swhite") -> list[str]:
    devices = EndUser.by_key(userid).controlled_devices
    return list(devices.values_list("phone__name", flat=True))


def test_credentials_are_generated_shown_once_and_saved_with_the_form(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite")
    made = client.post(URL, typed(client.get(URL), generate="digest_credentials"))
    assert made.status_code == 200
    assert "Not saved yet." in text_of(made)
    found = re.search(r'name="digest_credentials" value="([^"]+)"', made.content.decode())
    assert found is not None
    assert len(found[1]) >= 16
    assert EndUser.by_key("swhite").digest_credentials == ""

    client.post(URL, typed(made))
    assert EndUser.by_key("swhite").digest_credentials == found[1]
    assert found[1].encode() not in client.get(URL).content


def test_what_was_typed_stays_when_credentials_are_generated(installed: None) -> None:
    client = sign_in()
    url = reverse("usermgmt/end_user add")
    made = client.post(url, typed(client.get(url), userid="new", generate="digest_credentials"))
    assert made.context["form"]["userid"].value() == "new"
    assert not made.context["problems"]


def test_a_reader_cannot_generate(installed: None) -> None:
    site.add_user("swhite")
    client = sign_in(groups=[READ_ONLY])
    assert b"generate" not in client.get(URL).content
    assert client.post(URL, {"generate": "digest_credentials"}).status_code == 403


def test_the_page_names_the_phones_that_use_the_credentials(installed: None) -> None:
    user = site.add_user("swhite")
    site.add_phone("SEP000000001001", digest_user=user)
    shown = sign_in().get(URL)
    assert shown.context["digest_phones"] == [
        ("SEP000000001001", "/device/phone/SEP000000001001/")
    ]


def test_a_user_without_a_phone_is_told_what_to_do(installed: None) -> None:
    site.add_user("swhite")
    assert "Choose this user as Digest User on the phone's page" in text_of(sign_in().get(URL))


def test_the_list_names_the_phones_of_each_user(installed: None) -> None:
    site.add_phone("SEP000000001001", digest_user=site.add_user("swhite"))
    listed = sign_in().get(reverse("usermgmt/end_user"))
    cells = {column.name: cell.text for column, cell in listed.context["rows"][0].cells}
    assert cells["digest_phones"] == "SEP000000001001"


def test_ticked_phones_are_associated(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite")
    site.add_phone("SEP000000001001")
    site.add_phone("SEP000000001002")
    both = ["SEP000000001001", "SEP000000001002"]
    done = client.post(DEVICES, {"shown": both, "key": both[:1]}, follow=True)
    assert "Update successful." in text_of(done)
    assert controlled() == both[:1]


def test_phones_that_the_search_did_not_show_stay_associated(installed: None) -> None:
    client = sign_in()
    user = site.add_user("swhite")
    first, second = site.add_phone("SEP000000001001"), site.add_phone("SEP000000001002")
    records.save(user, actor=site.ACTOR, lists={"controlled_devices": [first]})
    client.post(DEVICES + "?text=1002", {"shown": second.name, "key": second.name})
    assert controlled() == [first.name, second.name]


def test_all_associations_are_removed_by_one_button(installed: None) -> None:
    client = sign_in()
    user = site.add_user("swhite")
    phone = site.add_phone("SEP000000001001")
    records.save(user, actor=site.ACTOR, lists={"controlled_devices": [phone]})
    client.post(DEVICES, {"remove_all": "1"})
    assert controlled() == []


def test_phones_are_found_by_name_description_and_number(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite")
    site.add_phone("SEP000000001001", [site.add_number("7777")], description="Lobby")
    site.add_phone("SEP000000001002")
    for text in ("1001", "lobb", "777"):
        shown = client.get(DEVICES, {"text": text}).context["shown"]
        assert [phone.name for phone in shown] == ["SEP000000001001"]


def test_only_associated_devices_are_shown_on_request(installed: None) -> None:
    client = sign_in()
    user = site.add_user("swhite")
    phone = site.add_phone("SEP000000001001")
    site.add_phone("SEP000000001002")
    records.save(user, actor=site.ACTOR, lists={"controlled_devices": [phone]})
    shown = client.get(DEVICES, {"only": "1"}).context["shown"]
    assert [entry.name for entry in shown] == ["SEP000000001001"]


def test_only_numbers_of_controlled_devices_can_be_the_primary_extension(
    installed: None,
) -> None:
    client = sign_in()
    user = site.add_user("swhite")
    phone = site.add_phone("SEP000000001001", [site.add_number("1001")])
    site.add_number("1002")
    records.save(user, actor=site.ACTOR, lists={"controlled_devices": [phone]})
    refused = client.post(URL, typed(client.get(URL), primary_extension="1002"))
    assert "No Directory Number “1002”" in text_of(refused)
    client.post(URL, typed(client.get(URL), primary_extension="1001"))
    assert str(EndUser.by_key("swhite").primary_extension) == "1001"


def test_why_devices_are_associated_stands_in_the_history(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite")
    site.add_phone("SEP000000001001")
    form = {"shown": "SEP000000001001", "key": "SEP000000001001"}
    refused = client.post(DEVICES, {**form, "reason": "x" * 256})
    assert refused.status_code == 422
    assert re.search(r'value="SEP000000001001"[^>]* checked', refused.content.decode())
    assert controlled() == []
    client.post(DEVICES, {**form, "reason": "Moved to her desk"})
    assert controlled() == ["SEP000000001001"]
    assert ChangeLog.objects.latest("sequence").comment == "Moved to her desk"


def test_a_script_says_why_it_associates_devices(installed: None, script: Caller) -> None:
    site.add_user("swhite")
    site.add_phone("SEP000000001001")
    body = {"controlled_devices": ["SEP000000001001"]}
    done = script.patch("end-users/swhite/", body, X_Comment="Moved")
    assert done.status_code == 200
    assert ChangeLog.objects.latest("sequence").comment == "Moved"
