"""API tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ccmadmin.models import ApiToken, ApplicationUser, ChangeLog
from ccmadmin.services import records, tokens
from tests.ccmadmin.site import ACTOR, administrator

pytestmark = pytest.mark.usefixtures("installed")


def make(user: ApplicationUser, **delta: float) -> tuple[ApiToken, str]:
    expires_at = timezone.now() + timedelta(**(delta or {"days": 1}))
    return tokens.create(
        user=user, name="script", scope="write", expires_at=expires_at, actor=ACTOR
    )


def test_a_token_is_found_by_its_clear_text_and_only_its_hash_is_kept() -> None:
    token, clear_text = make(administrator())
    found = tokens.find(clear_text)
    assert found == token
    assert clear_text not in str(ApiToken.objects.values().get())
    entry = ChangeLog.objects.latest("sequence")
    assert clear_text not in f"{entry.after}"
    assert token.digest not in f"{entry.after}"
    assert entry.after["has_digest"] is True


@pytest.mark.parametrize("wrong", ["", "ccm", "ccm_x_y", "ccm__", "käse_a_b"])
def test_what_is_no_token_is_not_found(wrong: str) -> None:
    make(administrator())
    assert tokens.find(wrong) is None


def test_the_right_beginning_with_a_wrong_end_is_not_found() -> None:
    _token, clear_text = make(administrator())
    assert tokens.find(clear_text[:-1]) is None
    assert tokens.find(clear_text + "x") is None


def test_an_expired_token_is_not_found() -> None:
    _token, clear_text = make(administrator(), seconds=-1)
    assert tokens.find(clear_text) is None


def test_the_token_of_an_inactive_user_is_not_found() -> None:
    user = administrator()
    _token, clear_text = make(user)
    user.is_active = False
    records.save(user, actor=ACTOR)
    assert tokens.find(clear_text) is None


def test_its_use_is_noted_once_a_minute_and_is_no_change() -> None:
    token, clear_text = make(administrator())
    revision = records.current_revision()
    tokens.find(clear_text)
    token.refresh_from_db()
    first = token.last_used_at
    assert first is not None
    tokens.find(clear_text)
    token.refresh_from_db()
    assert token.last_used_at == first
    assert records.save(token, actor=ACTOR) is None
    assert records.current_revision() == revision
