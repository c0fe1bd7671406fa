"""Dependency Records."""

import pytest
from pytest_django import DjangoAssertNumQueries

from ccmadmin.models import CommonPhoneProfile, PhoneModel, SipProfile
from ccmadmin.services.dependents import dependents, foreign_rows, refuse_while_used
from ccmadmin.services.records import StillUsedError, save
from tests.ccmadmin.site import (
    ACTOR,
    ADVANCED,
    add_number,
    add_partition,
    add_phone,
    add_search_space,
    add_user,
)

pytestmark = pytest.mark.usefixtures("installed")


def test_a_number_names_the_phones_that_carry_it_and_whose_extension_it_is() -> None:
    number = add_number()
    first = add_phone("SEP000000000001", [number])
    add_phone("SEP000000000002", [number])
    user = add_user()
    user.primary_extension = number
    save(user, actor=ACTOR, lists={"controlled_devices": [first]})
    found = dependents(number)
    assert sorted((dependent.model.__name__, dependent.key) for dependent in found) == [
        ("EndUser", "swhite"),
        ("Phone", "SEP000000000001"),
        ("Phone", "SEP000000000002"),
    ]
    assert all(dependent.blocks for dependent in found)
    assert {dependent.field for dependent in found} == {"Directory Number", "Primary Extension"}


def test_a_record_does_not_depend_on_its_own_rows() -> None:
    partition = add_partition()
    assert dependents(add_search_space("CSS", [partition])) == []
    assert [dependent.key for dependent in dependents(partition)] == ["CSS"]


def test_a_user_who_controls_a_phone_is_named_but_does_not_keep_it() -> None:
    phone = add_phone()
    user = add_user()
    save(user, actor=ACTOR, lists={"controlled_devices": [phone]})
    (dependent,) = dependents(phone)
    assert (dependent.key, dependent.blocks) == ("swhite", False)
    assert [row.pk for row in foreign_rows(phone)] == [user.controlled_devices.get().pk]
    refuse_while_used(phone)


def test_only_the_first_of_many_are_read_but_all_are_counted() -> None:
    for index in range(7):
        add_phone(f"SEP00000000000{index}")
    profile = SipProfile.by_key("Standard SIP Profile")
    assert len(dependents(profile, limit=3)) == 3
    with pytest.raises(StillUsedError, match="and 2 more") as raised:
        refuse_while_used(profile)
    assert raised.value.count == 7


def test_a_phone_type_is_kept_by_all_that_is_made_for_it() -> None:
    add_phone(model=ADVANCED)
    kinds = {dependent.model.__name__ for dependent in dependents(PhoneModel.by_key(ADVANCED))}
    assert kinds == {"Phone", "PhoneButtonTemplate", "PhoneSecurityProfile"}
    assert dependents(CommonPhoneProfile(pk=999)) == []


def test_many_numbers_of_a_partition_are_named_in_few_queries(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    partition = add_partition()
    for index in range(12):
        add_number(f"10{index:02}", partition)
    with django_assert_max_num_queries(4):
        assert len(dependents(partition)) == 12
