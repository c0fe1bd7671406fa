"""Limit wrong passwords on the pages and at the REST interface, per user and per address.

Phones are limited by the SIP process itself, by the same idea.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from ccmadmin.models import Binding, FailedAttempt

WINDOW = timedelta(minutes=10)
PER_USER_AND_ADDRESS = 5
PER_USER = 50
PER_ADDRESS = 50


@dataclass(frozen=True)
class Block:
    """Why nobody may try now: `text` names user or address, and when the block ends."""

    text: str
    until: datetime
    phones: tuple[str, ...] = ()


@dataclass(frozen=True)
class WrongPasswords:
    """The wrong passwords for a user that came lately from one address.

    `phones` are registered from that address: it may be a whole house behind one router.
    """

    address: str
    count: int
    is_blocked: bool
    phones: tuple[str, ...]


def blocked(*, userid: str, address: str) -> Block | None:
    """Return the block on this user from this address, if there is one.

    Ask before the password is looked at, so that a blocked guess costs and tells nothing.
    """
    wrong = models.Q(address=address) | models.Q(userid__iexact=userid)
    recent = FailedAttempt.objects.filter(wrong, at__gt=timezone.now() - WINDOW)
    tries = [(row.at, row.userid.lower() == userid.lower(), row.address) for row in recent]
    both = [at for at, is_user, origin in tries if is_user and origin == address]
    of_user = [at for at, is_user, _origin in tries if is_user]
    of_address = [at for at, _is_user, origin in tries if origin == address]
    for times, limit in (
        (both, PER_USER_AND_ADDRESS),
        (of_user, PER_USER),
        (of_address, PER_ADDRESS),
    ):
        if len(times) >= limit:
            return _block(sorted(times)[-limit] + WINDOW, userid, address)
    return None


def _block(until: datetime, userid: str, address: str) -> Block:
    minutes = max(1, -int((timezone.now() - until).total_seconds() // 60))
    text = _(
        "Too many wrong passwords for “%(userid)s” from %(address)s. Try again in %(minutes)s "
        "minutes, or let another administrator lift the block."
    )
    return Block(
        text=text % {"userid": userid, "address": address, "minutes": minutes},
        until=until,
        phones=_phones_at(address),
    )


def wrong_passwords(userid: str) -> list[WrongPasswords]:
    """Return what an administrator must know before lifting a block, address by address."""
    recent = FailedAttempt.objects.filter(userid__iexact=userid, at__gt=timezone.now() - WINDOW)
    counted = recent.order_by("address").values_list("address").annotate(models.Count("id"))
    return [
        WrongPasswords(
            address,
            count,
            blocked(userid=userid, address=address) is not None,
            _phones_at(address),
        )
        for address, count in counted
    ]


def _phones_at(address: str) -> tuple[str, ...]:
    bound = Binding.objects.filter(remote_host=address).values_list("phone", flat=True)
    return tuple(bound.order_by("phone").distinct()[:20])


def failed(*, userid: str, address: str) -> None:
    """Note a wrong password, and forget what is older than the window."""
    now = timezone.now()
    FailedAttempt.objects.filter(at__lte=now - WINDOW).delete()
    FailedAttempt.objects.create(at=now, userid=userid[:128], address=address)


def succeeded(*, userid: str, address: str) -> None:
    """Forget the wrong passwords before the right one."""
    FailedAttempt.objects.filter(userid__iexact=userid[:128], address=address).delete()


def lift(*, userid: str = "", address: str = "") -> int:
    """Lift the blocks on a user, an address, or both together; returns how much is forgotten."""
    rows = FailedAttempt.objects.all()
    if userid:
        rows = rows.filter(userid__iexact=userid)
    if address:
        rows = rows.filter(address=address)
    return rows.delete()[0] if userid or address else 0
