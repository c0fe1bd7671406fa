import time

from bench.load.registering import make_phones
from bench.load.steady import Delays, SteadyLoad, percentile
from bench.load.wires import Wires
from tests.bench.load.registrar import registrar


def test_phones_register_at_the_rate_and_each_answer_has_a_delay() -> None:
    with registrar() as server, Wires(server.port, 4) as wires:
        phones = make_phones(wires, 20)
        with SteadyLoad(wires.sockets, phones, 100) as load:
            time.sleep(0.5)
        delays = load.delays
    assert 40 <= len(delays.seconds) <= 60
    assert all(0 < each < 0.5 for each in delays.seconds)
    assert (delays.lost, delays.refused) == (0, 0)


def test_what_is_not_answered_is_lost() -> None:
    with registrar(drop=1000) as server, Wires(server.port, 2) as wires:
        with SteadyLoad(wires.sockets, make_phones(wires, 5), 100) as load:
            time.sleep(0.1)
        assert load.delays.lost == 5


def test_delays_are_told_in_milliseconds() -> None:
    delays = Delays([0.001, 0.002, 0.003, 0.010])
    assert delays.longest_ms == 10
    assert delays.percentile_ms(0.5) == 3


def test_when_the_longest_was_under_way_is_known() -> None:
    delays = Delays()
    for sent_at, answered_at in ((10.0, 10.1), (11.0, 11.5), (12.0, 12.2)):
        delays.add(sent_at, answered_at)
    assert delays.longest == (11.0, 11.5)
    assert delays.longest_ms == 500


def test_a_percentile_is_a_value_that_occurred() -> None:
    values = list(range(1, 101))
    assert percentile(values, 0.99) == 100
    assert percentile(values, 0.5) == 51
    assert percentile([4.0], 0.99) == 4.0
