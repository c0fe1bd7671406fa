"""`fields=`: only some fields of each record."""

from tests.ccmadmin import site
from tests.ccmadmin.pages.api.caller import Caller, problems


def test_only_the_named_fields_come_in_the_order_asked_for(script: Caller) -> None:
    site.add_partition("PT_A")
    (found,) = script.get("route-partitions/?fields=description,name").json()["results"]
    assert list(found.items()) == [("description", ""), ("name", "PT_A")]


def test_without_names_all_fields_come(script: Caller) -> None:
    site.add_partition("PT_A")
    (found,) = script.get("route-partitions/?fields=").json()["results"]
    assert {"name", "description"} <= set(found)


def test_an_unknown_field_is_refused_with_the_one_that_was_meant(script: Caller) -> None:
    refused = script.get("route-partitions/?fields=nam")
    assert refused.status_code == 400
    assert "name" in problems(refused)["fields"]


def test_a_secret_is_no_field_that_comes(script: Caller) -> None:
    site.add_user("anna", digest_credentials="Correct-Horse-7")
    answer = script.get("end-users/?fields=userid,digest_credentials")
    assert b"Correct-Horse" not in answer.content
