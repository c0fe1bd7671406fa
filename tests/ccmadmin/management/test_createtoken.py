"""manage.py createtoken."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from ccmadmin.services import tokens
from tests.ccmadmin.site import administrator

pytestmark = pytest.mark.usefixtures("installed")


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("createtoken", *arguments, stdout=out)
    return out.getvalue().strip()


def test_it_prints_a_token_that_works() -> None:
    administrator()
    printed = run("--user", "admin", "--name", "script", "--scope", "write", "--days", "7")
    token = tokens.find(printed)
    assert token is not None
    assert (token.name, token.scope) == ("script", "write")
    assert (token.expires_at - token.created_at).days in {6, 7}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--user", "nobody", "--name", "x"], "There is no Application User “nobody”"),
        (["--user", "admin", "--name", "<x>"], "must not contain"),
        (["--user", "admin", "--name", "x", "--days", "0"], "1 to 3650"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_line(arguments: list[str], message: str) -> None:
    administrator()
    with pytest.raises(CommandError, match=message):
        run(*arguments)
