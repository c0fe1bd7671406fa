from bench.changes import PROBED, Probe
from bench.load.phones import Phone
from tests.bench.load.registrar import registrar


def test_the_probe_registers_until_the_answer_is_the_wanted_one() -> None:
    with registrar() as server:
        probe = Probe(server.port)
        assert isinstance(probe.phone, Phone)
        assert probe.phone.index == PROBED
        accepted_at = probe.until(200)
        probe.phone.set_password("wrong")
        assert probe.until(403) > accepted_at
        probe.close()
