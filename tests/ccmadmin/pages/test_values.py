"""How values are said on the pages."""

import datetime
import zoneinfo

from django.utils import timezone

from ccmadmin.models import Phone, PhoneSecurityProfile, RegistrationAttempt, RoutePartition
from ccmadmin.pages.values import display, field_of, key_of, stamp, text_of


def test_yes_and_no_and_nothing() -> None:
    assert [text_of(True), text_of(False), text_of(None), text_of(0)] == ["Yes", "No", "", "0"]


def test_a_time_is_shown_in_the_zone_in_force() -> None:
    moment = datetime.datetime(2026, 11, 22, 12, 0, 5, tzinfo=datetime.UTC)
    with timezone.override(zoneinfo.ZoneInfo("Asia/Tokyo")):
        assert text_of(moment) == "2026-11-22 21:00:05"
        assert stamp(moment) == "2026-11-22 21:00:05 JST"


def test_a_choice_is_shown_by_its_words() -> None:
    profile = PhoneSecurityProfile(transport_type="TCP+UDP")
    assert display(profile, "transport_type") == "TCP+UDP"


def test_a_list_is_joined_by_commas() -> None:
    assert text_of(["A", "B"]) == "A, B"


def test_a_record_is_named_by_its_key_and_a_log_entry_by_its_number() -> None:
    assert key_of(RoutePartition(name="PT_A")) == "PT_A"
    assert key_of(RegistrationAttempt(pk=7)) == "7"


def test_only_fields_of_the_table_are_fields() -> None:
    assert field_of(Phone, "description") is not None
    assert field_of(Phone, "lines") is None
    assert field_of(Phone, "nothing") is None
