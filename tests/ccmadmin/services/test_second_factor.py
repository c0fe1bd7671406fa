"""Codes of an authenticator and recovery codes: right once, and never again."""

import time
from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from ccmadmin.models import ApplicationUser, ChangeLog
from ccmadmin.services import second_factor
from tests.ccmadmin import authenticator, site

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: 12345678901234567890


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_rfc_6238(
    monkeypatch: pytest.MonkeyPatch, at: int, code: str
) -> None:
    monkeypatch.setattr(time, "time", lambda: float(at))
    step = datetime.fromtimestamp(at // 30 * 30, UTC)
    assert second_factor.matching_step(RFC_SECRET, code) == step
    assert authenticator.code(RFC_SECRET) == code


def test_a_clock_may_be_wrong_by_half_a_minute_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(time, "time", lambda: 1111111109.0)
    for off, is_accepted in ((-30, True), (30, True), (-60, False), (60, False)):
        code = authenticator.code(RFC_SECRET, at=1111111109 + off)
        assert (second_factor.matching_step(RFC_SECRET, code) is not None) is is_accepted


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "\uff12" * 6])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert second_factor.matching_step(RFC_SECRET, typed) is None


def test_a_code_works_once_and_none_older_after_it(installed: None) -> None:
    user = site.administrator()
    secret, _codes = authenticator.set_up(user)
    user.refresh_from_db()
    now = time.time()
    newest, older = authenticator.code(secret, at=now), authenticator.code(secret, at=now - 30)
    assert second_factor.accept(user=user, code=f"{newest[:3]} {newest[3:]}", actor=site.ACTOR)
    assert not second_factor.accept(user=user, code=newest, actor=site.ACTOR)
    assert not second_factor.accept(user=user, code=older, actor=site.ACTOR)


def test_the_code_that_set_it_up_does_not_sign_in(installed: None) -> None:
    user = site.administrator()
    secret = second_factor.new_secret()
    code = authenticator.code(secret)
    second_factor.set_up(user=user, secret=secret, code=code, actor=site.ACTOR)
    assert not second_factor.accept(user=user, code=code, actor=site.ACTOR)


def test_a_recovery_code_works_once_however_it_is_typed(installed: None) -> None:
    user = site.administrator()
    _secret, codes = authenticator.set_up(user)
    typed = f" {codes[0].upper().replace('-', ' ')} "
    assert second_factor.accept(user=user, code=typed, actor=site.ACTOR)
    assert not second_factor.accept(user=user, code=codes[0], actor=site.ACTOR)
    assert not second_factor.accept(user=user, code="", actor=site.ACTOR)
    stored = ApplicationUser.by_key("admin")
    assert second_factor.state_of(stored)["recovery_codes_left"] == 9
    newest = ChangeLog.objects.order_by("-sequence").first()
    assert newest is not None
    assert newest.comment == "Signed in with a recovery code; 9 are left"


def test_neither_secret_nor_codes_stand_in_the_database(installed: None) -> None:
    secret, codes = authenticator.set_up(site.administrator())
    with connection.cursor() as cursor:
        cursor.execute("SELECT second_factor, recovery_codes FROM ccmadmin_applicationuser")
        rows = str(cursor.fetchall())
    assert secret not in rows
    assert not any(code in rows or code.replace("-", "") in rows for code in codes)


def test_setting_up_needs_the_code_of_that_secret(installed: None) -> None:
    user = site.administrator()
    other = authenticator.code(second_factor.new_secret(), at=time.time() + 3600)
    with pytest.raises(ValidationError, match="not the code of now"):
        second_factor.set_up(user=user, secret=RFC_SECRET, code=other, actor=site.ACTOR)
    assert not ApplicationUser.by_key("admin").second_factor


def test_removing_it_removes_the_recovery_codes_too(installed: None) -> None:
    user = site.administrator()
    authenticator.set_up(user)
    assert second_factor.remove(user=user, actor=site.ACTOR) is not None
    assert second_factor.state_of(ApplicationUser.by_key("admin")) == {
        "is_set_up": False,
        "recovery_codes_left": 0,
        "code_used_at": None,
    }
    assert second_factor.remove(user=user, actor=site.ACTOR) is None


def test_recovery_codes_are_ten_different_ones(installed: None) -> None:
    codes = second_factor.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 19 for code in codes)
