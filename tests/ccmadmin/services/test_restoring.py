"""A document of the log on a record, and its references under today's names."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import (
    ApiToken,
    CallingSearchSpace,
    DirectoryNumber,
    EndUser,
    Phone,
)
from ccmadmin.services import records
from ccmadmin.services.restoring import in_todays_names, plain_fields, restore, target_of
from tests.ccmadmin import site
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")


def test_fields_that_nobody_can_edit_are_set_too_each_in_its_type() -> None:
    user = site.administrator()
    token = ApiToken()
    restore(
        token,
        {"prefix": "ab", "created_at": "2026-01-02T03:04:05+00:00", "application_user": user.key},
    )
    assert (token.prefix, token.created_at.year) == ("ab", 2026)
    assert token.application_user == user


def test_every_reference_to_a_record_that_is_no_more_is_named() -> None:
    with pytest.raises(ValidationError) as raised:
        restore(Phone(), {"device_pool": "Gone", "location": "Gone", "digest_user": None})
    assert raised.value.message_dict == {
        "device_pool": ["There is no Device Pool “Gone”."],
        "location": ["There is no Location “Gone”."],
    }


def test_secrets_are_no_part_of_documents() -> None:
    assert "digest_credentials" not in plain_fields(EndUser)
    assert target_of(plain_fields(EndUser)["manager"]) is EndUser
    assert target_of(plain_fields(EndUser)["userid"]) is None


def test_references_in_fields_and_lists_get_todays_names() -> None:
    partition = site.add_partition("PT_A")
    since = records.current_revision()
    partition.name = "PT_B"
    records.save(partition, actor=ACTOR)
    (number,) = in_todays_names(DirectoryNumber, [{"route_partition": "PT_A"}], since)
    assert number == {"route_partition": "PT_B"}
    (space,) = in_todays_names(CallingSearchSpace, [{"members": ["PT_A"]}], since)
    assert space == {"members": ["PT_B"]}
    lines = [{"index": 1, "directory_number": "1002@PT_A"}]
    (phone,) = in_todays_names(Phone, [{"lines": lines, "digest_user": None}], since)
    assert phone["lines"] == [{"index": 1, "directory_number": "1002@PT_B"}]
