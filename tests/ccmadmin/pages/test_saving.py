"""Saving: never over somebody else's change, secrets written and never shown."""

from django.urls import reverse

from ccmadmin.models import EndUser, RoutePartition
from ccmadmin.services import records
from tests.ccmadmin import site
from tests.ccmadmin.visitor import sign_in, text_of, typed


def test_a_record_changed_meanwhile_is_not_overwritten_unseen(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    opened = client.get(url)
    partition.description = "theirs"
    records.save(partition, actor=site.ACTOR)

    refused = client.post(url, typed(opened, description="mine"))
    assert refused.status_code == 422
    assert f"{site.ACTOR.user} changed this record at" in text_of(refused)
    assert refused.context["form"]["description"].value() == "mine"
    assert RoutePartition.by_key("PT_A").description == "theirs"

    assert client.post(url, typed(refused)).status_code == 302
    assert RoutePartition.by_key("PT_A").description == "mine"


def test_a_change_of_another_record_is_no_conflict(installed: None) -> None:
    client = sign_in()
    site.add_partition("PT_A")
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    opened = client.get(url)
    site.add_partition("PT_B")
    assert client.post(url, typed(opened, description="mine")).status_code == 302


def test_a_record_renamed_meanwhile_is_named_as_missing(installed: None) -> None:
    client = sign_in()
    partition = site.add_partition("PT_A")
    url = reverse("callrouting/route_partition configure", args=["PT_A"])
    opened = client.get(url)
    partition.name = "PT_B"
    records.save(partition, actor=site.ACTOR)
    assert client.post(url, typed(opened, description="mine")).status_code == 404


def test_an_empty_secret_keeps_the_old_one(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite", digest_credentials="secret1")
    url = reverse("usermgmt/end_user configure", args=["swhite"])
    client.post(url, typed(client.get(url), department="Sales"))
    assert EndUser.by_key("swhite").digest_credentials == "secret1"


def test_a_secret_is_never_shown_again(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite", digest_credentials="secret1")
    url = reverse("usermgmt/end_user configure", args=["swhite"])
    assert b"secret1" not in client.get(url).content
    refused = client.post(
        url,
        typed(client.get(url), digest_credentials="secret2", confirm_digest_credentials="other"),
    )
    assert refused.status_code == 422
    assert "The two Digest Credentials differ" in text_of(refused)
    assert b"secret2" not in refused.content
    history = client.get(reverse("usermgmt/end_user history", args=["swhite"]))
    assert b"secret" not in history.content


def test_a_secret_is_replaced_and_removed(installed: None) -> None:
    client = sign_in()
    site.add_user("swhite", digest_credentials="secret1")
    url = reverse("usermgmt/end_user configure", args=["swhite"])
    both = {"digest_credentials": "secret2", "confirm_digest_credentials": "secret2"}
    client.post(url, typed(client.get(url), **both))
    assert EndUser.by_key("swhite").digest_credentials == "secret2"
    client.post(url, typed(client.get(url), clear_digest_credentials="on"))
    assert EndUser.by_key("swhite").digest_credentials == ""


def test_a_conflict_names_the_fields_by_their_labels(installed: None) -> None:
    client = sign_in()
    user = site.add_user("swhite")
    url = reverse("usermgmt/end_user configure", args=["swhite"])
    opened = client.get(url)
    user.first_name = "Sam"
    records.save(user, actor=site.ACTOR)
    refused = client.post(url, typed(opened, department="Sales"))
    assert "after you opened it (First Name)" in text_of(refused)
