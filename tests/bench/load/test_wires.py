from bench.load.wires import Wires
from tests.bench.load.registrar import registrar


def test_each_wire_has_an_address_of_its_own_and_hears_its_own_answers() -> None:
    with registrar() as server, Wires(server.port, 3) as wires:
        assert len({wires.port(index) for index in range(3)}) == 3
        assert not list(wires.receive(0))


def test_a_server_that_is_not_there_is_silence() -> None:
    with registrar() as server:
        port = server.port
    with Wires(port, 1) as wires:
        wires.sockets[0].send(b"x")
        assert not list(wires.receive(0.2))
