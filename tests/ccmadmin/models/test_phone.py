"""Phone: the rules of its type, its lines, its license units, its warnings."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import (
    LicenseGrant,
    Phone,
    PhoneButtonTemplate,
    PhoneModel,
    PhoneSecurityProfile,
)
from ccmadmin.services import records
from tests.ccmadmin.site import (
    ACTOR,
    ADVANCED,
    AUTO_REGISTRATION,
    BASIC,
    add_number,
    add_phone,
    add_security_profile,
    add_user,
    phone,
)

pytestmark = pytest.mark.usefixtures("installed")


def numbers(count: int) -> list[str]:
    return [add_number(str(1001 + index)).key for index in range(count)]


def errors_of(made: Phone, **lists: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as raised:
        records.save(made, actor=ACTOR, lists=lists)
    found: dict[str, list[str]] = raised.value.message_dict
    return found


def test_a_phone_is_described_by_its_name_unless_told_otherwise() -> None:
    assert add_phone("00:00:00:00:10:02").description == "SEP000000001002"
    assert add_phone("000000001003", description="Lab").description == "Lab"


def test_a_device_name_is_unique_however_it_is_typed() -> None:
    add_phone("SEP00000000ABCD")
    assert errors_of(phone("00:00:00:00:ab:cd")) == {
        "name": [
            "MAC Address “SEP00000000ABCD” belongs to another Phone already. Choose a different "
            "one."
        ]
    }


def test_the_type_of_a_phone_cannot_be_changed() -> None:
    made = add_phone()
    made.phone_model = PhoneModel.by_key(ADVANCED)
    found = errors_of(made)
    assert "cannot be changed from Third-party SIP Device (Basic)" in found["phone_model"][0]


def test_template_and_security_profile_must_be_of_the_phones_type() -> None:
    made = phone(
        phone_button_template=PhoneButtonTemplate.by_key(ADVANCED),
        phone_security_profile=PhoneSecurityProfile.objects.get(phone_model__name=ADVANCED),
    )
    found = errors_of(made)
    assert set(found) == {"phone_button_template", "phone_security_profile"}
    assert (
        "is for Third-party SIP Device (Advanced), but this phone is a"
        in (found["phone_security_profile"][0])
    )


def test_the_profile_for_auto_registration_fits_any_phone() -> None:
    profile = PhoneSecurityProfile.by_key(AUTO_REGISTRATION)
    add_phone("SEP000000000001", model=BASIC, phone_security_profile=profile)
    add_phone("SEP000000000002", model=ADVANCED, phone_security_profile=profile)


def test_a_second_line_on_a_basic_phone_is_refused_with_the_cure() -> None:
    lines = [{"index": index, "directory_number": key} for index, key in enumerate(numbers(2), 1)]
    assert errors_of(phone(), lines=lines) == {
        "lines.1.index": [
            "Line 2 is one too many for SEP000000001002: “Third-party SIP Device (Basic)” has 1. "
            "A Third-party SIP Device (Advanced) has up to eight lines."
        ]
    }


def test_a_ninth_line_on_an_advanced_phone_is_refused() -> None:
    keys = numbers(9)
    made = add_phone(numbers=keys[:8], model=ADVANCED)
    lines = [{"index": index, "directory_number": key} for index, key in enumerate(keys, 1)]
    found = errors_of(made, lines=lines)
    assert list(found) == ["lines.8.index"]
    assert "has 8. Remove a line, or add another phone." in found["lines.8.index"][0]


def test_a_shorter_template_is_told_from_a_full_type() -> None:
    template = records.copy_of(PhoneButtonTemplate.by_key(ADVANCED))
    assert isinstance(template, PhoneButtonTemplate)
    template.name, template.lines = "One line", 1
    records.save(template, actor=ACTOR)
    made = add_phone(numbers=numbers(2), model=ADVANCED)
    made.phone_button_template = template
    assert "Choose a template with more lines." in errors_of(made)["lines.1.index"][0]


def test_a_number_is_once_on_a_phone_and_a_button_has_one_number() -> None:
    (key, other) = numbers(2)
    twice = [{"index": 1, "directory_number": key}, {"index": 2, "directory_number": key}]
    assert list(errors_of(phone(model=ADVANCED), lines=twice)) == ["lines.1.directory_number"]
    same = [{"index": 1, "directory_number": key}, {"index": 1, "directory_number": other}]
    assert list(errors_of(phone(model=ADVANCED), lines=same)) == ["lines.1.index"]


def test_all_lines_of_a_cisco_phone_share_200_calls() -> None:
    lines = [
        {"index": index, "directory_number": key, "maximum_number_of_calls": 101}
        for index, key in enumerate(numbers(2), 1)
    ]
    found = errors_of(phone(model="Cisco 7961"), lines=lines)
    assert "allow 202 calls together, 200 are possible" in found["lines"][0]
    records.save(phone(model=ADVANCED), actor=ACTOR, lists={"lines": lines})


def test_a_phone_beyond_the_license_units_is_refused_with_the_sum() -> None:
    starter = LicenseGrant.by_key("Starter")
    starter.units = 8
    records.save(starter, actor=ACTOR)
    add_phone("SEP000000000001")
    found = errors_of(phone("SEP000000000002", model=ADVANCED))
    assert found["__all__"] == [
        "Not enough license units: a Third-party SIP Device (Advanced) needs 6, 3 of 8 granted "
        "units are used. See System > Licensing > License Unit Report."
    ]
    add_phone("SEP000000000003")


def test_an_inactive_phone_consumes_no_units_until_it_is_activated() -> None:
    starter = LicenseGrant.by_key("Starter")
    starter.units = 3
    records.save(starter, actor=ACTOR)
    add_phone("SEP000000000001")
    spare = add_phone("SEP000000000002", is_active=False)
    spare.description = "Spare"
    records.save(spare, actor=ACTOR)
    spare.is_active = True
    assert "needs 3, 3 of 3 granted" in errors_of(spare)["__all__"][0]


def test_a_phone_that_is_there_can_be_changed_when_the_units_are_used_up() -> None:
    starter = LicenseGrant.by_key("Starter")
    starter.units = 3
    records.save(starter, actor=ACTOR)
    made = add_phone()
    made.description = "Workshop"
    assert records.save(made, actor=ACTOR)


def test_a_shared_digest_user_is_saved_with_a_warning_that_names_both_phones() -> None:
    user = add_user()
    number = add_number()
    first = add_phone("SEP000000000001", [number], digest_user=user)
    assert first.warnings() == []
    second = add_phone("SEP000000000002", [number], digest_user=user)
    for record in (first, second, user):
        (text,) = record.warnings()
        assert "swhite is the Digest User of more than one phone" in text
        assert "SEP000000000001, SEP000000000002" in text


def test_what_keeps_a_phone_from_registering_is_warned_of() -> None:
    made = add_phone()
    assert [text.split(":")[0] for text in made.warnings()] == [
        "SEP000000001002 has no Digest User",
        "SEP000000001002 has no line",
    ]
    made.digest_user = add_user()
    made.phone_security_profile = add_security_profile()
    records.save(made, actor=ACTOR, lists={"lines": [{"index": 1, "directory_number": star()}]})
    no_credentials, no_digits = made.warnings()
    assert "Digest verifies the password, but swhite has no Digest Credentials" in no_credentials
    assert "*55 is not made of digits only" in no_digits


def star() -> str:
    return add_number("*55").key


def test_a_phone_that_is_incomplete_names_every_missing_field() -> None:
    assert set(errors_of(Phone())) == {
        "name",
        "phone_model",
        "device_pool",
        "phone_button_template",
        "common_phone_profile",
        "location",
        "phone_security_profile",
        "sip_profile",
    }
