from pathlib import Path

import pytest

from bench import site
from bench.cores import Cores
from bench.load.registering import Registrations, make_phones
from bench.load.wires import Wires
from bench.servers.ccmadmin import CallServer

pytestmark = pytest.mark.external


def test_the_phones_of_a_site_register_and_are_counted(tmp_path: Path) -> None:
    server = CallServer(tmp_path, Cores())
    server.fill(4, "digest")
    with server.running(), Wires(server.port, 2) as wires:
        assert Registrations(wires, make_phones(wires, 4)).run_once().done == 4
        assert server.count("ccmadmin_binding") == 4
    assert server.revision() > 0
    server.bind(3)
    assert server.count("ccmadmin_binding") == 3
    assert site.number(0) == "1000000"
