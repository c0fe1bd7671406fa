"""Enterprise Parameters."""

from django.urls import reverse

from ccmadmin.models import EnterpriseParameter
from ccmadmin.system.enterprise_parameter import PAGE
from tests.ccmadmin.visitor import sign_in


def test_every_parameter_of_the_registry_is_on_the_page(installed: None) -> None:
    groups = sign_in().get(reverse("system/enterprise_parameter")).context["groups"]
    shown = [line.parameter.name for _title, lines in groups for line in lines]
    assert shown == list(EnterpriseParameter.REGISTRY)


def test_parameters_are_neither_added_nor_deleted() -> None:
    assert {PAGE.can_add, PAGE.can_copy, PAGE.can_delete} == {False}
