"""The registry of parameters."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models.parameters import (
    ALERTING_TIMER,
    CALLMANAGER_ANSWERS,
    ENTERPRISE_PARAMETERS,
    KEEPALIVE_INTERVAL,
    MESSAGE_HEADERS,
    MESSAGE_SIZE,
    REALM,
    SERVICE_PARAMETERS,
    Parameter,
)

ALL = [*SERVICE_PARAMETERS.values(), *ENTERPRISE_PARAMETERS.values()]


@pytest.mark.parametrize("parameter", ALL, ids=lambda parameter: parameter.name)
def test_every_default_is_allowed(parameter: Parameter) -> None:
    parameter.check(parameter.default)
    assert parameter.help
    assert parameter.section


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (REALM, ""),
        (REALM, "x" * 128),
        (REALM, 'a"b'),
        (REALM, "a\\b"),
        (REALM, "a\nb"),
        (KEEPALIVE_INTERVAL, "29"),
        (KEEPALIVE_INTERVAL, "3601"),
        (KEEPALIVE_INTERVAL, "-120"),
        (KEEPALIVE_INTERVAL, "12.5"),
        (KEEPALIVE_INTERVAL, "١٢٠"),
        (KEEPALIVE_INTERVAL, ""),
        (ALERTING_TIMER, "9999999999999"),
        (MESSAGE_SIZE, "2047"),
        (MESSAGE_SIZE, "65536"),
        (MESSAGE_HEADERS, "19"),
        (CALLMANAGER_ANSWERS, "yes"),
    ],
)
def test_a_value_outside_the_range_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match=name):
        SERVICE_PARAMETERS[name].check(value)


def test_values_are_read_in_their_type() -> None:
    assert SERVICE_PARAMETERS[KEEPALIVE_INTERVAL].read("120") == 120
    assert SERVICE_PARAMETERS[CALLMANAGER_ANSWERS].read("True") is True
    assert SERVICE_PARAMETERS[CALLMANAGER_ANSWERS].read("False") is False
    assert SERVICE_PARAMETERS[REALM].read("ccmsipline") == "ccmsipline"
