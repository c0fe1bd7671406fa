import socket
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.core.management import CommandError

from ccmadmin.management.commands import serve
from ccmadmin.models import CallManager
from ccmadmin.services import records
from tests.ccmadmin.site import ACTOR


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    """A TCP and UDP port on loopback that somebody else holds."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener


def test_a_taken_port_is_named_with_its_variable_and_the_cure(
    taken: socket.socket, settings: LazySettings
) -> None:
    port = taken.getsockname()[1]
    settings.HTTP_ADDRESS = f"127.0.0.1:{port}"
    with pytest.raises(CommandError) as refused:
        serve.check_ports_are_free()
    text = str(refused.value)
    assert text.startswith(f"CCMADMIN_HTTP: 127.0.0.1:{port} cannot be used (Address already in")
    assert text.endswith("CCMADMIN_HTTP=127.0.0.1:PORT make run")
    assert "\n" not in text


def test_a_taken_sip_port_is_named_with_its_transport(
    taken: socket.socket, settings: LazySettings
) -> None:
    port = taken.getsockname()[1]
    settings.HTTP_ADDRESS = "127.0.0.1:0"
    settings.SIP_LISTEN = [f"tcp:127.0.0.1:{port}"]
    with pytest.raises(CommandError, match=f"CCMADMIN_SIP: tcp:127.0.0.1:{port} cannot be used"):
        serve.check_ports_are_free()


@pytest.mark.parametrize("text", ["8000", "127.0.0.1", "127.0.0.1:http", "127.0.0.1:70000"])
def test_an_http_address_that_is_none_is_shown_with_an_example(
    settings: LazySettings, text: str
) -> None:
    settings.HTTP_ADDRESS = text
    with pytest.raises(CommandError, match=r"is not HOST:PORT, such as 127\.0\.0\.1:8000"):
        serve.check_ports_are_free()


def test_a_sip_address_that_is_none_names_its_variable(settings: LazySettings) -> None:
    settings.HTTP_ADDRESS = "127.0.0.1:0"
    settings.SIP_LISTEN = ["phones.example:5060"]
    with pytest.raises(CommandError, match=r"CCMADMIN_SIP: .* is not a numeric"):
        serve.check_ports_are_free()


def test_free_ports_pass(settings: LazySettings) -> None:
    settings.HTTP_ADDRESS = "127.0.0.1:0"
    settings.SIP_LISTEN = ["127.0.0.1:0", "udp:127.0.0.1:0"]
    serve.check_ports_are_free()


def test_the_pages_are_found_wherever_the_command_is_called(settings: LazySettings) -> None:
    command = list(serve.web_server().command)
    assert command[command.index("--chdir") + 1] == str(settings.BASE_DIR)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize(
    ("listen", "shown"),
    [
        ("0.0.0.0:5070", "pbx:5070"),
        ("udp:127.0.0.1:5071", "pbx:5070, a port where nothing listens here: System > Cisco"),
    ],
)
def test_the_start_shows_where_phones_are_told_to_register(
    settings: LazySettings, listen: str, shown: str
) -> None:
    settings.SIP_LISTEN = [listen]
    node = CallManager.by_key(settings.NODE_NAME)
    node.host_name, node.sip_phone_port = "pbx", 5070
    records.save(node, actor=ACTOR)
    assert serve.on_settings_cards().startswith(shown)
    settings.NODE_NAME = "other"
    assert serve.on_settings_cards() == "no address: System > Cisco CallManager has no other"
