#!/usr/bin/env python
"""Django's command line for ccmadmin: `manage.py help` lists what it can do."""

import os
import signal
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ccmadmin.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:  # a variable of the README's table: no program error
        sys.stderr.write(f"ccmadmin: {error}\n")
        sys.exit(os.EX_CONFIG)
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)  # as a shell says it; where we were interests nobody


if __name__ == "__main__":
    main()
