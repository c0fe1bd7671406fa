from django.core.management.commands import makemessages

from ccmadmin.management.commands.makemessages import Command


def test_what_is_read_at_once_is_collected_like_the_rest() -> None:
    assert set(Command.xgettext_options) - set(makemessages.Command.xgettext_options) == {
        "--keyword=_now"
    }
