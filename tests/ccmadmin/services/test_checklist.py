"""The ten steps of a phone, read from the data."""

from typing import Any

import pytest
from django.utils import timezone

from ccmadmin.models import CallRecord, Phone, ProbeCall
from ccmadmin.services import phone_sites, records
from ccmadmin.services.checklist import Checklist, titles
from tests.ccmadmin import site
from tests.ccmadmin.models.test_runtime import binding
from tests.ccmadmin.services.test_registration import attempt, bind
from tests.ccmadmin.site import ACTOR

pytestmark = pytest.mark.usefixtures("installed")

NAME = "SEP000000001002"


def checklist() -> Checklist:
    return Checklist(Phone.by_key(NAME))


def undone() -> list[int]:
    return [step.number for step in checklist().steps if not step.is_done]


def why(number: int) -> str:
    return checklist().steps[number - 1].why


def whole_site(**values: Any) -> Phone:
    """Add a phone with which nothing is wrong on this side."""
    partition = site.add_partition()
    space = site.add_search_space("CSS_Internal", [partition])
    profile = site.add_security_profile()
    user = site.add_user("bjones", digest_credentials="Secret-77")
    number = site.add_number("1002", partition)
    defaults = {"phone_security_profile": profile, "digest_user": user}
    phone = site.add_phone(NAME, [number], **{**defaults, "calling_search_space": space, **values})
    phone_sites.associate(phone=phone, user=user, actor=ACTOR)
    return phone


def test_there_are_ten_steps_with_their_numbers() -> None:
    whole_site()
    steps = checklist().steps
    assert [step.number for step in steps] == list(range(1, 11))
    assert [step.title for step in steps] == titles()


def test_a_whole_site_waits_for_the_phone() -> None:
    whole_site()
    assert undone() == [9, 10]
    assert (checklist().done, checklist().next) == (8, 9)
    assert why(4) == "Digest: TCP+UDP, the password is verified"
    assert why(6) == "1002 in PT_Internal"
    assert why(7) == "bjones controls SEP000000001002"


def test_an_empty_phone_has_everything_before_it() -> None:
    site.add_phone(NAME)
    assert undone() == [2, 6, 7, 8, 9, 10]
    assert checklist().next == 2


def test_credentials_count_only_when_they_are_verified() -> None:
    user = site.add_user("bjones")
    phone = site.add_phone(NAME, digest_user=user)
    assert 2 not in undone()
    phone.phone_security_profile = site.add_security_profile()
    records.save(phone, actor=ACTOR)
    assert 2 in undone()
    assert "no digest credentials" in why(2)


def test_who_controls_the_phone_is_taken_for_its_user() -> None:
    user = site.add_user("bjones")
    phone = site.add_phone(NAME, [site.add_number("1002")])
    phone_sites.associate(phone=phone, user=user, actor=ACTOR)
    assert checklist().user == user
    assert undone() == [8, 9, 10]
    other = site.add_user("swhite")
    phone_sites.associate(phone=phone, user=other, actor=ACTOR)
    assert checklist().user is None


def test_a_shared_digest_user_is_no_digest_user() -> None:
    phone = whole_site()
    site.add_phone("SEP000000000009", digest_user=phone.digest_user)
    assert 8 in undone()
    assert "SEP000000000009" in why(8)


def test_a_line_that_cannot_be_registered_or_dialed_is_not_done() -> None:
    phone = site.add_phone(NAME, [site.add_number("10XX")])
    assert "more than digits" in why(6)
    alone = site.add_number("1002", site.add_partition("PT_Alone"))
    lines = [{"index": 1, "directory_number": alone}]
    records.save(phone, actor=ACTOR, lists={"lines": lines})
    assert 6 in undone()
    assert "no Calling Search Space has partition PT_Alone" in why(6)


def test_an_inactive_phone_is_not_done() -> None:
    site.add_phone(NAME, is_active=False)
    assert 5 in undone()


def test_a_registered_phone_is_set_up() -> None:
    whole_site()
    attempt("accepted", userid="bjones")
    bind()
    assert undone() == [10]
    assert why(9) == "Registered from 192.0.2.7 over UDP"


def test_a_refusal_is_told_at_its_step() -> None:
    whole_site()
    attempt("refused")
    assert 9 in undone()
    assert why(9) == "It was refused."


def test_a_phone_out_of_step_is_not_set_up() -> None:
    whole_site()
    bind("1001")
    assert 9 in undone()
    assert why(9) == (
        "The phone still registers as 1001, its line is 1002. On the phone enter 1002."
    )


def test_a_test_call_that_was_answered_is_a_call() -> None:
    whole_site()
    now = timezone.now()
    values = {"phone": NAME, "number": "1002", "requested_by": "tester", "requested_at": now}
    call = ProbeCall.objects.create(**values, status=480, state="over")
    assert 10 in undone()
    ProbeCall.objects.filter(pk=call.pk).update(answered_at=now, status=200)
    assert 10 not in undone()
    assert why(10) == "The test call to 1002 was answered"


def test_a_call_of_people_counts_as_well() -> None:
    whole_site()
    now = timezone.now()
    CallRecord.objects.create(
        node="node-1",
        status=200,
        call_id="x",
        caller_phone=NAME,
        caller_number="1002",
        dialed="1001",
        started_at=now,
        answered_at=now,
        ended_at=now,
        cause=16,
    )
    assert why(10) == "1002 called 1001, and was answered"


def test_the_steps_take_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    whole_site()
    binding(phone=NAME, number="1002").save()
    phone = Phone.objects.complete().get(name=NAME)
    with django_assert_max_num_queries(14):
        assert len(Checklist(phone).steps) == 10


def test_a_registered_phone_that_came_as_another_user_is_not_set_up() -> None:
    whole_site()
    attempt("accepted", userid="swhite")
    bind()
    assert 9 in undone()
    assert "registers as swhite" in why(9)
