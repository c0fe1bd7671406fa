"""manage.py demo."""

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from ccmadmin.models import EndUser
from tests.ccmadmin.site import add_partition

pytestmark = pytest.mark.usefixtures("installed")


def run() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_it_prints_once_what_to_enter_in_the_phones() -> None:
    printed = run()
    assert "Authorization ID        swhite" in printed
    for user in EndUser.objects.all():
        assert user.digest_credentials
        assert user.digest_credentials in printed
    again = run()
    assert "is there already" in again
    assert not any(user.digest_credentials in again for user in EndUser.objects.all())


def test_a_site_that_does_not_fit_is_refused_in_a_line() -> None:
    add_partition("PT_Internal")
    with pytest.raises(CommandError, match="PT_Internal"):
        run()
    assert not EndUser.objects.exists()


def test_a_missing_key_file_is_one_line(settings: LazySettings) -> None:
    settings.CREDENTIAL_KEY_FILE = "/nonexistent/credentials.key"
    with pytest.raises(CommandError, match="cannot read the credential key file"):
        run()
