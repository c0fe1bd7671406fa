import pytest

from bench.load import registering
from bench.load.registering import Registrations, make_phones
from bench.load.wires import Wires
from tests.bench.load.registrar import registrar


def test_each_phone_registers_once_with_a_challenge() -> None:
    with registrar() as server, Wires(server.port, 3) as wires:
        result = Registrations(wires, make_phones(wires, 8), window=4).run_once()
    assert result.statuses == {401: 8, 200: 8}
    assert (result.done, result.refused, result.repeated) == (8, 0, 0)


def test_a_nonce_is_kept_from_run_to_run_unless_a_challenge_is_wanted() -> None:
    with registrar() as server, Wires(server.port, 2) as wires:
        load = Registrations(wires, make_phones(wires, 4))
        load.run_once()
        refreshed = load.run(0.1)
        challenged = load.run(0.1, challenged=True)
    assert set(refreshed.statuses) == {200}
    assert refreshed.rate > 0
    assert challenged.statuses[401] >= challenged.statuses[200] > 0
    assert server.cseqs != sorted(set(server.cseqs))  # several phones, each counts for itself


def test_a_request_without_an_answer_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registering, "T1_S", 0.05)
    with registrar(drop=2) as server, Wires(server.port, 1) as wires:
        result = Registrations(wires, make_phones(wires, 1)).run_once()
    assert result.done == 1
    assert result.repeated == 2


def test_a_wrong_password_is_counted_as_refused_and_not_tried_again() -> None:
    with registrar() as server, Wires(server.port, 1) as wires:
        phones = make_phones(wires, 1)
        phones[0].set_password("wrong")
        result = Registrations(wires, phones).run_once()
    assert (result.done, result.refused) == (0, 1)
