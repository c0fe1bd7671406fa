"""manage.py resetpassword."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from ccmadmin.models import ApplicationUser, ChangeLog
from ccmadmin.services import sessions, signin
from tests.ccmadmin import authenticator, site
from tests.ccmadmin.services.test_sessions import browser

pytestmark = pytest.mark.usefixtures("installed")


def test_it_prints_a_password_that_works_and_lifts_the_block() -> None:
    for _ in range(5):
        signin.failed(userid="ccmadministrator", address="192.0.2.7")
    out = StringIO()
    call_command("resetpassword", stdout=out)
    password = out.getvalue().rsplit(" ", 1)[1].strip()
    assert ApplicationUser.by_key("ccmadministrator").check_password(password)
    assert signin.blocked(userid="ccmadministrator", address="192.0.2.7") is None
    entry = ChangeLog.objects.latest("sequence")
    assert entry.after["password"] == "changed"
    assert password not in str(entry.after)


def test_an_unknown_user_is_refused_in_a_line() -> None:
    with pytest.raises(CommandError, match="no Application User “nobody”"):
        call_command("resetpassword", "--user", "nobody")


def test_a_lost_second_factor_goes_only_when_asked() -> None:
    user = site.administrator("locked")
    authenticator.set_up(user)
    call_command("resetpassword", "--user", "locked", stdout=StringIO())
    assert ApplicationUser.by_key("locked").second_factor
    call_command("resetpassword", "--user", "locked", "--remove-second-factor", stdout=StringIO())
    assert not ApplicationUser.by_key("locked").second_factor


def test_open_sessions_end_with_the_old_password() -> None:
    user = site.administrator()
    client = browser()
    call_command("resetpassword", "--user", "admin", stdout=StringIO())
    assert sessions.sessions_of(user) == []
    assert client.get(reverse("home")).status_code == 302
