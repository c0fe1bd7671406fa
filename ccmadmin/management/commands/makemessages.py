"""Django's makemessages, which also collects what is marked with `_now`.

Where a module needs `gettext_lazy` as `_`, texts that are read at once are marked so.
"""

from django.core.management.commands import makemessages


class Command(makemessages.Command):
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now"]
