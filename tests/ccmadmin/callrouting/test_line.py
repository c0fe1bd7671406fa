"""A line of a phone: its titles, its links, and what was typed for it."""

from django.http import QueryDict

from ccmadmin.callrouting.line import Line, existing
from ccmadmin.models import LineAppearance, Phone
from tests.ccmadmin import site


def test_the_sections_carry_the_devices_name() -> None:
    phone = Phone(name="SEP000000001001")
    line = Line(phone, 2, LineAppearance(phone=phone, index=2))
    titles = [section.title for section in line.sections(line.form(None, may_update=True))]
    assert titles[0] == "Line 2 on Device SEP000000001001"
    assert line.query == "?phone=SEP000000001001&line=2"
    assert line.phone_href == "/device/phone/SEP000000001001/"
    assert line.number is None


def test_the_number_that_was_typed_is_found_in_its_partition_only(installed: None) -> None:
    number = site.add_number("1002", site.add_partition("PT_A"))
    assert existing(QueryDict("number=1002&route_partition=PT_A")) == number
    assert existing(QueryDict("number=1002&route_partition=")) is None
    assert existing(QueryDict("number=1002&route_partition=PT_None")) is None
