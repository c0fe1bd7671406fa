"""A parameter changed on the server: for who cannot open its page."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ccmadmin.models import ChangeLog, EnterpriseParameter, ServiceParameter

pytestmark = pytest.mark.usefixtures("installed")


def set_to(name: str, value: str) -> str:
    said = StringIO()
    call_command("setparameter", name, value, stdout=said)
    return said.getvalue()


def test_either_kind_of_parameter_is_changed_and_logged() -> None:
    assert "in force as revision" in set_to("Cluster ID", "Berlin")
    assert "in force as revision" in set_to("T301 Timer", "20000")
    assert EnterpriseParameter.read("Cluster ID") == "Berlin"
    assert ServiceParameter.read("T301 Timer") == 20000
    assert ChangeLog.objects.latest("sequence").user == "setparameter"


def test_what_was_so_already_is_said() -> None:
    set_to("Cluster ID", "Berlin")
    assert "it was so already" in set_to("Cluster ID", "Berlin")


def test_a_wrong_value_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(CommandError, match="none of: Nobody, Users Who May Change, All Users"):
        set_to("Require Second Factor", "Some")


def test_a_wrong_name_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(CommandError, match="T301 Timer"):
        set_to("T302 Timer", "1")
