"""Service Parameters."""

from django.urls import reverse

from ccmadmin.models import ServiceParameter
from ccmadmin.system.service_parameter import PAGE
from tests.ccmadmin.visitor import sign_in


def test_every_parameter_of_the_registry_is_on_the_page(installed: None) -> None:
    groups = sign_in().get(reverse("system/service_parameter")).context["groups"]
    shown = [line.parameter.name for _title, lines in groups for line in lines]
    assert shown == list(ServiceParameter.REGISTRY)


def test_parameters_are_neither_added_nor_deleted() -> None:
    assert {PAGE.can_add, PAGE.can_copy, PAGE.can_delete} == {False}
