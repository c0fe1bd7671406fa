"""Service and enterprise parameters in force."""

import pytest
from django.core.exceptions import ValidationError

from ccmadmin.models import EnterpriseParameter, ServiceParameter
from ccmadmin.models.parameters import CLUSTER_ID, KEEPALIVE_INTERVAL, REALM
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR


@pytest.mark.usefixtures("installed")
def test_a_value_can_be_changed_and_is_read_back() -> None:
    parameter = ServiceParameter.by_key(REALM)
    parameter.value = "example"
    records.save(parameter, actor=ACTOR)
    assert ServiceParameter.read(REALM) == "example"
    assert EnterpriseParameter.read(CLUSTER_ID) == "StandAloneCluster"


@pytest.mark.usefixtures("installed")
def test_a_wrong_value_is_an_error_of_the_field_value() -> None:
    parameter = ServiceParameter.by_key(KEEPALIVE_INTERVAL)
    parameter.value = "5"
    with pytest.raises(ValidationError) as raised:
        records.save(parameter, actor=ACTOR)
    assert list(raised.value.message_dict) == ["value"]


@pytest.mark.usefixtures("installed")
def test_parameters_can_be_neither_invented_renamed_nor_deleted() -> None:
    with pytest.raises(ValidationError, match="no parameter “Colour”"):
        records.save(ServiceParameter(name="Colour", value="red"), actor=ACTOR)
    parameter = ServiceParameter.by_key(REALM)
    parameter.name = KEEPALIVE_INTERVAL
    with pytest.raises(ValidationError, match="cannot be renamed"):
        records.save(parameter, actor=ACTOR)
    with pytest.raises(ValidationError, match="cannot be deleted"):
        records.delete(ServiceParameter.by_key(REALM), actor=ACTOR)


@pytest.mark.usefixtures("empty")
def test_a_parameter_that_was_never_set_has_its_default() -> None:
    assert ServiceParameter.read(KEEPALIVE_INTERVAL) == 120
