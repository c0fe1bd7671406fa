"""Limits on wrong passwords."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ccmadmin.models import FailedAttempt
from ccmadmin.services import signin
from tests.ccmadmin.models.test_runtime import binding

pytestmark = pytest.mark.usefixtures("installed")

HERE, THERE = "192.0.2.7", "192.0.2.8"


def guess(count: int, userid: str = "admin", address: str = HERE) -> None:
    for _ in range(count):
        signin.failed(userid=userid, address=address)


def test_a_user_is_blocked_from_an_address_after_five_wrong_passwords() -> None:
    guess(4)
    assert signin.blocked(userid="admin", address=HERE) is None
    guess(1, userid="ADMIN")
    block = signin.blocked(userid="admin", address=HERE)
    assert block is not None
    assert "Too many wrong passwords for “admin” from 192.0.2.7" in block.text
    assert "in 10 minutes" in block.text
    assert signin.blocked(userid="admin", address=THERE) is None
    assert signin.blocked(userid="other", address=HERE) is None


def test_many_users_from_one_address_and_one_user_from_many_are_blocked_too() -> None:
    for number in range(50):
        guess(1, userid=f"user{number}")
    assert signin.blocked(userid="another", address=HERE) is not None
    for number in range(50):
        guess(1, userid="victim", address=f"198.51.100.{number}")
    assert signin.blocked(userid="victim", address="203.0.113.1") is not None
    assert signin.blocked(userid="another", address="203.0.113.1") is None


def test_a_block_ends_by_itself() -> None:
    guess(5)
    FailedAttempt.objects.update(at=timezone.now() - signin.WINDOW - timedelta(seconds=1))
    assert signin.blocked(userid="admin", address=HERE) is None
    guess(1)
    assert FailedAttempt.objects.count() == 1


def test_the_right_password_forgets_the_wrong_ones() -> None:
    guess(4)
    signin.succeeded(userid="Admin", address=HERE)
    guess(4)
    assert signin.blocked(userid="admin", address=HERE) is None


def test_a_block_can_be_lifted_by_user_or_by_address() -> None:
    for lifted in ({"userid": "ADMIN"}, {"address": HERE}, {"userid": "admin", "address": HERE}):
        guess(5)
        assert signin.lift(**lifted) == 5
        assert signin.blocked(userid="admin", address=HERE) is None
    guess(1)
    assert signin.lift() == 0


def test_a_block_shows_the_phones_that_share_the_address() -> None:
    binding(remote_host=HERE).save()
    binding(remote_host=HERE, contact="sip:other").save()
    guess(5)
    block = signin.blocked(userid="admin", address=HERE)
    assert block is not None
    assert block.phones == ("SEP000000001002",)
