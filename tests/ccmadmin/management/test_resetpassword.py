"""manage.py resetpassword."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ccmadmin.models import ApplicationUser, ChangeLog
from ccmadmin.services import signin

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
