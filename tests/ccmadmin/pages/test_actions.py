"""Delete, and Delete Selected: refused with the reason while something needs the record."""

from django.urls import reverse

from ccmadmin.models import RoutePartition
from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import token_of
from tests.ccmadmin.visitor import sign_in, text_of

DELETE = reverse("callrouting/route_partition delete", args=["PT_A"])
SELECTED = reverse("callrouting/route_partition delete-selected")


def test_a_record_in_use_is_not_offered_for_deletion(installed: None) -> None:
    client = sign_in()
    site.add_number("1002", site.add_partition("PT_A"))
    page = client.get(DELETE)
    assert "cannot be deleted" in text_of(page)
    assert reverse("callrouting/directory_number configure", args=["1002@PT_A"]) in (
        page.content.decode()
    )


def test_deleting_a_record_in_use_is_refused_naming_what_needs_it(installed: None) -> None:
    client = sign_in()
    site.add_number("1002", site.add_partition("PT_A"))
    refused = client.post(DELETE)
    assert refused.status_code == 409
    assert "“PT_A” is in use by Directory Number 1002 in PT_A" in text_of(refused)
    assert RoutePartition.lookup("PT_A").exists()


def test_a_standard_record_is_not_deleted(installed: None) -> None:
    refused = sign_in().post(reverse("system/device_pool delete", args=["Default"]))
    assert refused.status_code == 409
    assert "came with the product and cannot be deleted" in text_of(refused)


def test_the_deletion_of_a_standard_record_is_not_even_offered(installed: None) -> None:
    url = reverse("device/phone_button_template delete", args=["Standard 7905 SIP"])
    asked = sign_in().get(url)
    assert "This is a standard record: it can be copied, not deleted." in text_of(asked)
    assert b'class="danger"' not in asked.content


def test_what_only_names_the_record_is_told_and_does_not_keep_it(installed: None) -> None:
    client = sign_in()
    phone = site.add_phone("SEP000000001001")
    user = site.add_user("swhite")
    site.records.save(user, actor=site.ACTOR, lists={"controlled_devices": [phone]})
    page = client.get(reverse("device/phone delete", args=[phone.name]))
    assert "will go on without it: End User swhite" in text_of(page)


def test_delete_selected_asks_first_and_then_tells_what_stayed(installed: None) -> None:
    client = sign_in()
    site.add_number("1002", site.add_partition("PT_A"))
    site.add_partition("PT_B")
    asked = client.post(SELECTED, {"key": ["PT_A", "PT_B"]})
    assert "Delete 2 records" in text_of(asked)
    assert RoutePartition.objects.count() == 2
    done = client.post(SELECTED, {"key": ["PT_A", "PT_B"], "confirmed": "1"}, follow=True)
    assert "PT_A stays: “PT_A” is in use by" in text_of(done)
    assert "1 record deleted." in text_of(done)
    assert [partition.name for partition in RoutePartition.objects.all()] == ["PT_A"]


def test_delete_selected_goes_back_to_the_list_as_it_was(installed: None) -> None:
    client = sign_in()
    site.add_partition("PT_B")
    back = reverse("callrouting/route_partition") + "?sort=-name"
    done = client.post(SELECTED, {"key": "PT_B", "confirmed": "1", "back": back})
    assert done.headers["Location"] == back
    elsewhere = client.post(SELECTED, {"back": "https://example.test/"})
    assert elsewhere.headers["Location"] == reverse("callrouting/route_partition")


def test_a_record_that_is_gone_is_told_so(installed: None) -> None:
    done = sign_in().post(SELECTED, {"key": "PT_Gone", "confirmed": "1"}, follow=True)
    assert "PT_Gone stays: It is gone already." in text_of(done)


def test_what_goes_with_the_record_is_told_before(installed: None) -> None:
    token_of(site.administrator("script"))
    page = sign_in().get(reverse("usermgmt/application_user delete", args=["script"]))
    assert "Records that are deleted with it: API Token" in text_of(page)
    assert "go on without it" not in text_of(page)


def test_a_record_that_a_rule_keeps_is_not_offered_for_deletion(installed: None) -> None:
    client = sign_in()
    site.add_phone("SEP000000001001")
    url = reverse("system/license_grant delete", args=["Starter"])
    assert "Delete phones, or add another grant, first." in text_of(client.get(url))
    assert "You are about to delete" not in text_of(client.get(url))
    assert client.post(url).status_code == 409
