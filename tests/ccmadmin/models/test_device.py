"""Phone types and button templates."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import PhoneButtonTemplate, PhoneModel
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR, ADVANCED, BASIC, add_number, add_phone

pytestmark = pytest.mark.usefixtures("installed")


def copy_of_advanced(lines: int) -> PhoneButtonTemplate:
    copy = records.copy_of(PhoneButtonTemplate.by_key(ADVANCED))
    assert isinstance(copy, PhoneButtonTemplate)
    copy.name, copy.lines = f"{lines} lines", lines
    records.save(copy, actor=ACTOR)
    return copy


def test_third_party_types_have_their_lines_units_and_video() -> None:
    basic, advanced = PhoneModel.by_key(BASIC), PhoneModel.by_key(ADVANCED)
    assert (basic.number, basic.max_lines, basic.license_units) == (336, 1, 3)
    assert (advanced.number, advanced.max_lines, advanced.license_units) == (374, 8, 6)
    assert (basic.supports_video, advanced.supports_video) == (False, True)


@pytest.mark.parametrize("lines", [0, 9])
def test_a_template_has_one_line_to_as_many_as_the_type(lines: int) -> None:
    with pytest.raises(ValidationError) as raised:
        copy_of_advanced(lines)
    assert list(raised.value.message_dict) == ["lines"]


def test_a_template_in_use_cannot_lose_lines_that_phones_have() -> None:
    template = copy_of_advanced(4)
    add_phone(
        numbers=[add_number("1001"), add_number("1002")],
        model=ADVANCED,
        phone_button_template=template,
    )
    template.lines = 1
    with pytest.raises(ValidationError, match="SEP000000001002"):
        records.save(template, actor=ACTOR)
    template.lines = 2
    assert records.save(template, actor=ACTOR)


def test_a_template_in_use_keeps_its_type() -> None:
    template = copy_of_advanced(1)
    add_phone(model=ADVANCED, phone_button_template=template)
    template.phone_model = PhoneModel.by_key(BASIC)
    with pytest.raises(ValidationError) as raised:
        records.save(template, actor=ACTOR)
    assert list(raised.value.message_dict) == ["phone_model"]
