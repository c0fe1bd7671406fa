"""Directory Number: alone, and from a line of a phone, where numbers can be shared."""

import pytest
from django.urls import reverse

from ccmadmin.models import DirectoryNumber, LineAppearance, Phone
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.device.test_registration import bind
from tests.ccmadmin.pages.test_guard import group_for
from tests.ccmadmin.visitor import sign_in, text_of, typed

PHONE = "SEP000000001001"
OTHER = "SEP000000001002"
ADD = reverse("callrouting/directory_number add")
FROM_PHONE = f"?phone={PHONE}&line=1"


def configure(key: str) -> str:
    return reverse("callrouting/directory_number configure", args=[key])


def lines_of(name: str) -> list[tuple[int, str]]:
    lines = LineAppearance.objects.filter(phone__name=name).order_by("index")
    return list(lines.values_list("index", "directory_number__number"))


def test_alone_it_has_only_the_shared_sections(installed: None) -> None:
    number = site.add_number("1002")
    site.add_phone(PHONE, [number])
    shown = sign_in().get(configure("1002"))
    assert "line_sections" not in shown.context
    assert [device["phone"] for device in shown.context["devices"]] == [PHONE]


def test_a_number_that_phones_carry_cannot_be_taken_out(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1002")])
    site.add_number("1003")
    assert "is_active" not in client.get(configure("1002")).context["form"].fields
    assert "is_active" in client.get(configure("1003")).context["form"].fields


def test_from_a_phone_it_has_the_sections_of_that_line(installed: None) -> None:
    site.add_phone(PHONE)
    text = text_of(sign_in().get(ADD + FROM_PHONE))
    assert f"Line 1 on Device {PHONE}" in text
    assert f"Multiple Call/Call Waiting Settings on Device {PHONE}" in text
    assert f"Configure Device ({PHONE})" in text


def test_a_new_number_is_put_on_the_line_with_both_sections_saved(installed: None) -> None:
    client = sign_in()
    site.add_partition("PT_A")
    site.add_phone(PHONE)
    opened = client.get(ADD + FROM_PHONE)
    data = typed(
        opened,
        number="1002",
        route_partition="PT_A",
        alerting_name="Sam",
        **{"line-display": "Sam White", "line-busy_trigger": "1"},
    )
    saved = client.post(ADD + FROM_PHONE, data)
    assert saved.headers["Location"] == configure("1002@PT_A") + FROM_PHONE
    line = LineAppearance.objects.get(phone__name=PHONE)
    assert (line.index, line.directory_number.key) == (1, "1002@PT_A")
    assert (line.display, line.busy_trigger) == ("Sam White", 1)
    assert line.directory_number.alerting_name == "Sam"
    assert f"{PHONE} has 1002 in PT_A on line 1" in text_of(client.get(saved.headers["Location"]))


def test_a_number_that_exists_is_shown_first_and_shared_on_the_second_save(
    installed: None,
) -> None:
    client = sign_in()
    site.add_phone(OTHER, [site.add_number("1002", description="Reception")])
    site.add_phone(PHONE)
    data = typed(
        client.get(ADD + FROM_PHONE), number="1002", **{"line-display": "typed for the line"}
    )
    asked = client.post(ADD + FROM_PHONE, data)
    assert asked.status_code == 200
    text = text_of(asked)
    assert "Directory Number 1002 exists already." in text
    assert f"it will be a shared line with: {OTHER}" in text
    assert asked.context["form"]["description"].value() == "Reception"
    assert lines_of(PHONE) == []

    saved = client.post(ADD + FROM_PHONE, typed(asked, shared="1002"))
    assert saved.status_code == 302
    assert lines_of(PHONE) == [(1, "1002")]
    assert DirectoryNumber.objects.count() == 1
    assert LineAppearance.objects.get(phone__name=PHONE).display == "typed for the line"
    assert "2 phones share this number" in text_of(client.get(saved.headers["Location"]))


def test_a_line_changes_over_to_another_number_that_exists(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1002")])
    site.add_number("1003")
    url = configure("1002") + FROM_PHONE
    asked = client.post(url, typed(client.get(url), number="1003"))
    saved = client.post(url, typed(asked, shared="1003"))
    assert saved.headers["Location"] == configure("1003") + FROM_PHONE
    assert lines_of(PHONE) == [(1, "1003")]
    assert DirectoryNumber.lookup("1002").exists()


def test_a_new_number_on_the_line_renames_the_record(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1002")])
    url = configure("1002") + FROM_PHONE
    client.post(url, typed(client.get(url), number="1004"))
    assert lines_of(PHONE) == [(1, "1004")]
    assert not DirectoryNumber.lookup("1002").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"number": "abc"}, "cannot stand there"),
        ({"number": ""}, "This field is required"),
        ({"number": "1002", "line-busy_trigger": "9"}, "is greater than Maximum Number of Calls"),
        ({"number": "1002", "route_partition": "PT_None"}, "No Partition “PT_None”"),
    ],
)
def test_errors_of_number_and_line_come_beside_their_fields(
    installed: None, changes: dict[str, str], message: str
) -> None:
    client = sign_in()
    site.add_phone(PHONE)
    data = typed(client.get(ADD + FROM_PHONE), **{"line-display": "kept", **changes})
    refused = client.post(ADD + FROM_PHONE, data)
    assert refused.status_code == 422
    assert message in text_of(refused)
    assert b'value="kept"' in refused.content
    assert lines_of(PHONE) == []
    assert not DirectoryNumber.objects.exists()


def test_a_second_line_on_a_basic_phone_is_refused_with_the_cure(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1002")])
    url = f"{ADD}?phone={PHONE}&line=2"
    refused = client.post(url, typed(client.get(url), number="1003"))
    assert refused.status_code == 422
    assert "Line 2 is one too many" in text_of(refused)
    assert lines_of(PHONE) == [(1, "1002")]
    assert not DirectoryNumber.lookup("1003").exists()


def test_a_ninth_line_on_an_advanced_phone_is_refused(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, model=site.ADVANCED)
    url = f"{ADD}?phone={PHONE}&line=9"
    refused = client.post(url, typed(client.get(url), number="1003"))
    assert "Line 9 is one too many" in text_of(refused)


def test_the_number_is_removed_from_the_phone_and_stays(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1002")])
    remove = client.get(configure("1002") + FROM_PHONE).context["remove_href"]
    done = client.post(remove, follow=True)
    assert f"1002 is no longer on {PHONE}" in text_of(done)
    assert lines_of(PHONE) == []
    assert DirectoryNumber.lookup("1002").exists()


def test_a_line_that_is_not_there_cannot_be_removed(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE)
    site.add_number("1002")
    url = reverse("callrouting/directory_number remove", args=["1002"])
    assert client.post(url + FROM_PHONE).status_code == 404
    assert client.post(url).status_code == 404


def test_a_change_made_meanwhile_is_not_overwritten_unseen(installed: None) -> None:
    client = sign_in()
    number = site.add_number("1002")
    site.add_phone(PHONE, [number])
    url = configure("1002") + FROM_PHONE
    opened = client.get(url)
    number.description = "theirs"
    records.save(number, actor=site.ACTOR)
    refused = client.post(url, typed(opened, description="mine"))
    assert refused.status_code == 422
    assert "changed this record at" in text_of(refused)
    assert client.post(url, typed(refused)).status_code == 302


@pytest.mark.parametrize("query", ["?phone=SEP999999999999&line=1", f"?phone={PHONE}&line=x"])
def test_a_phone_or_line_that_is_not_there_is_not_found(installed: None, query: str) -> None:
    site.add_phone(PHONE)
    assert sign_in().get(ADD + query).status_code == 404


def test_who_may_not_update_phones_cannot_put_a_number_on_one(installed: None) -> None:
    client = sign_in(groups=[group_for("callrouting/directory_number", may_update=True)])
    site.add_phone(PHONE)
    refused = client.post(ADD + FROM_PHONE, typed(client.get(ADD + FROM_PHONE), number="1002"))
    assert refused.status_code == 403
    assert Phone.by_key(PHONE).lines.count() == 0


def test_the_list_names_the_phones_of_each_number(installed: None) -> None:
    number = site.add_number("1002", site.add_partition("PT_A"))
    site.add_phone(PHONE, [number])
    site.add_phone(OTHER, [number])
    listed = sign_in().get(reverse("callrouting/directory_number"))
    cells = {column.name: cell.text for column, cell in listed.context["rows"][0].cells}
    assert cells["phones"] == f"{PHONE}, {OTHER}"


def test_a_changed_number_says_which_phones_must_be_changed(installed: None) -> None:
    client = sign_in()
    number = site.add_number("1002")
    for name in (PHONE, OTHER):
        site.add_phone(name, [number])
    bind(phone=PHONE, number="1002")
    opened = client.get(configure("1002"))
    shown = client.post(configure("1002"), typed(opened, number="1012"), follow=True)
    assert f"Enter 1012 on {PHONE}, {OTHER}, too" in text_of(shown)
    states = {device["phone"]: device["state"].word for device in shown.context["devices"]}
    assert states == {PHONE: "Still registers as 1002", OTHER: "Not registered"}
    again = client.post(configure("1012"), typed(shown, description="x"), follow=True)
    assert "Enter 1012 on" not in text_of(again)


def test_another_number_on_a_button_must_be_entered_on_that_phone_only(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1002")])
    site.add_phone(OTHER, [site.add_number("1005")])
    opened = client.get(configure("1002") + FROM_PHONE)
    offered = client.post(configure("1002") + FROM_PHONE, typed(opened, number="1005"))
    url = configure("1005") + FROM_PHONE
    shown = client.post(url, typed(offered, shared="1005"), follow=True)
    assert f"Enter 1005 on {PHONE}, too" in text_of(shown)
    assert f"{OTHER}, too" not in text_of(shown)


def test_the_phones_of_a_number_follow_on_the_open_page(installed: None) -> None:
    client = sign_in()
    site.add_phone(PHONE, [site.add_number("1012")])
    bind(phone=PHONE, number="1002")
    url = reverse("callrouting/directory_number live", args=["1012"])
    assert f'data-live="{url}"' in client.get(configure("1012")).content.decode()
    first = client.get(url)
    assert "Still registers as 1002" in text_of(first)
    asked = {"If-None-Match": first.headers["ETag"]}
    assert client.get(url, headers=asked).status_code == 304
    bind(phone=PHONE, number="1012")
    followed = text_of(client.get(url, headers=asked))
    assert "Registered" in followed
    assert "Still registers" not in followed
