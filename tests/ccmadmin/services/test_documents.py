"""Records as documents and back."""

import json

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import (
    ApplicationUser,
    CallingSearchSpaceMember,
    EndUser,
    GroupMember,
    LineAppearance,
    Phone,
    RegionRelationship,
    RoutePartition,
)
from ccmadmin.services.documents import assign, document, is_reference, make_rows, resolve
from tests.ccmadmin.site import (
    ADVANCED,
    add_number,
    add_partition,
    add_phone,
    add_user,
    administrator,
)

pytestmark = pytest.mark.usefixtures("installed")


def test_a_document_holds_keys_for_references_and_rows_in_order() -> None:
    number = add_number("1002", add_partition())
    user = add_user()
    phone = add_phone(numbers=[number], digest_user=user)
    found = document(phone)
    assert found["name"] == "SEP000000001002"
    assert found["digest_user"] == "swhite"
    assert found["calling_search_space"] is None
    assert found["lines"][0]["directory_number"] == "1002@PT_Internal"
    assert found["lines"][0]["busy_trigger"] == 2
    assert "id" not in found
    assert json.loads(json.dumps(found)) == found


def test_no_document_holds_a_secret() -> None:
    user = document(add_user(digest_credentials="s3cret"))
    assert user["has_digest_credentials"] is True
    assert "digest_credentials" not in user
    login = document(administrator())
    assert login["has_password"] is True
    assert "password" not in login
    assert login["groups"] == ["Standard CCM Super Users"]


def test_an_unsaved_record_has_a_document_too() -> None:
    assert document(Phone(name="SEP000000001002"))["lines"] == []


def test_a_list_of_references_is_told_from_a_list_of_rows() -> None:
    assert is_reference(CallingSearchSpaceMember)
    assert is_reference(GroupMember)
    assert not is_reference(LineAppearance)
    assert not is_reference(RegionRelationship)


def test_a_document_can_be_assigned_by_keys() -> None:
    add_partition("PT_Internal")
    add_user("boss")
    user = EndUser()
    assign(user, {"userid": "swhite", "manager": "boss", "digest_credentials": "s3cret"})
    assert user.manager is not None
    assert (user.userid, user.manager.userid, user.digest_credentials) == (
        "swhite",
        "boss",
        "s3cret",
    )
    assign(user, {"manager": None})
    assert user.manager is None


def test_every_wrong_field_of_a_document_is_named() -> None:
    with pytest.raises(ValidationError) as raised:
        assign(
            Phone(),
            {
                "colour": "red",
                "id": 7,
                "location": "Nowhere",
                "device_pool": 7,
                "sip_profile": "",
                "description": "fine",
            },
        )
    errors = raised.value.message_dict
    assert set(errors) == {"colour", "id", "location", "device_pool", "sip_profile"}
    assert errors["location"] == ["There is no Location “Nowhere”."]
    assert "no field “colour”" in errors["colour"][0]


def test_what_came_with_the_product_cannot_be_claimed_by_a_document() -> None:
    with pytest.raises(ValidationError, match="is_standard"):
        resolve(type(Phone._meta.get_field("sip_profile").related_model()), "is_standard", True)


def test_a_password_is_checked_and_hashed_on_its_way_in() -> None:
    user = ApplicationUser(userid="admin")
    with pytest.raises(ValidationError) as raised:
        assign(user, {"password": "short"})
    assert list(raised.value.message_dict) == ["password"]
    assign(user, {"password": "correct horse battery"})
    assert user.password != "correct horse battery"
    assert user.check_password("correct horse battery")


def test_rows_may_be_given_as_records_keys_or_fields() -> None:
    partition = add_partition("PT_A")
    add_partition("PT_B")
    search_space = partition.search_space_members.model(partition=partition)
    assert isinstance(search_space, CallingSearchSpaceMember)
    phone = add_phone(model=ADVANCED)
    add_number("1001")
    rows = make_rows(phone, "lines", [{"index": 1, "directory_number": "1001"}])
    assert isinstance(rows[0], LineAppearance)
    assert rows[0].directory_number.number == "1001"
    user = add_user()
    for given in (phone, phone.key, {"phone": phone}, {"phone": phone.key}):
        (row,) = make_rows(user, "controlled_devices", [given])
        assert getattr(row, "phone") == phone  # noqa: B009 - Row has no such field
    assert RoutePartition.objects.count() == 2
