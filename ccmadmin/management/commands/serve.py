"""`manage.py serve`: the whole product on one machine, from set-up to an orderly end."""

import socket
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ccmadmin.management.supervisor import Server, Supervisor, write_line
from ccmadmin.models import CallManager
from sipcore.transport import Listen, parse_listen


class Command(BaseCommand):
    help = (
        "Set up what is missing, then run the pages, REST and the SIP server until Ctrl-C or "
        "SIGTERM. Addresses come from the environment; the README lists the variables."
    )
    requires_migrations_checks = False

    def handle(self, *args: Any, **options: Any) -> None:
        check_ports_are_free()
        call_command("setup")
        call_command("collectstatic", interactive=False, verbosity=0)
        status = Supervisor([web_server(), sip_server()], write_line).run(announce)
        if status:
            sys.exit(status)


def web_server() -> Server:
    # gthread: the pages are WSGI. No control socket: its one path per user would be shared by
    # two installations.
    command = [sys.executable, "-m", "gunicorn", "ccmadmin.wsgi", "--bind", settings.HTTP_ADDRESS]
    options = ["--workers", "2", "--threads", "4", "--worker-class", "gthread"]
    options += ["--chdir", str(settings.BASE_DIR)]  # wherever the command was called
    ends = ["--graceful-timeout", "2", "--no-control-socket"]
    return Server("web", [*command, *options, *ends], "Booting worker")


def sip_server() -> Server:
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "runsip"]
    return Server("sip", command, "listening on")


def announce() -> None:
    write_line("")
    write_line(f"  Pages and REST   http://{settings.HTTP_ADDRESS}/")
    for address in sip_addresses():
        write_line(f"  SIP phones       {address}")
    write_line(f"  Settings cards   {on_settings_cards()}")
    write_line("  Ctrl-C ends both.")
    write_line("")


def on_settings_cards() -> str:
    """Return where phones are told to register; the record may be older than `CCMADMIN_SIP`."""
    node = CallManager.lookup(settings.NODE_NAME).first()
    if node is None:
        return f"no address: System > Cisco CallManager has no {settings.NODE_NAME}"
    is_here = any(address.port in (node.sip_phone_port, 0) for address in sip_addresses())
    note = "" if is_here else ", a port where nothing listens here: System > Cisco CallManager"
    return f"{node.host_name}:{node.sip_phone_port}{note}"


def sip_addresses() -> list[Listen]:
    try:
        return [address for text in settings.SIP_LISTEN for address in parse_listen(text)]
    except ValueError as error:
        raise CommandError(f"CCMADMIN_SIP: {error}") from error


def check_ports_are_free() -> None:
    """Fail with one line that names the address, its variable and the cure."""
    host, _, port = settings.HTTP_ADDRESS.rpartition(":")
    if not host or not port.isdecimal() or int(port) > 65535:
        text = (
            f"CCMADMIN_HTTP: “{settings.HTTP_ADDRESS}” is not HOST:PORT, such as 127.0.0.1:8000."
        )
        raise CommandError(text)
    check_free("CCMADMIN_HTTP", Listen("TCP", host.strip("[]"), int(port)), settings.HTTP_ADDRESS)
    for address in sip_addresses():
        check_free("CCMADMIN_SIP", address, str(address))


def check_free(variable: str, address: Listen, text: str) -> None:
    kind = socket.SOCK_STREAM if address.transport == "TCP" else socket.SOCK_DGRAM
    try:
        with socket.socket(address.family, kind) as probe:
            # As the servers do: a port whose last connections are only dying away is free.
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address.address)
    except OSError as error:
        free = text.replace(f":{address.port}", ":PORT")
        raise CommandError(
            f"{variable}: {text} cannot be used ({error.strerror or error}). End the program "
            f"that holds it, or choose another address: {variable}={free} make run"
        ) from error
