"""The same load on 100,000 phones and on 1,000."""

from bench.load.registering import Registrations, make_phones
from bench.load.wires import Wires
from bench.measuring import Bench, Result, ratio, spread

TARGET = 0.9


def measure(bench: Bench) -> list[Result]:
    few, many = bench.sizes.phones, bench.sizes.many
    small: list[float] = []
    large: list[float] = []
    first: list[float] = []
    for turn in range(max(bench.sizes.rounds - 1, 1)):
        bench.say(f"scale, round {turn + 1}")
        small += session(bench, few)[1:]
        first_rate, *rates = session(bench, many)
        first.append(first_rate)
        large += rates
    found = ratio(large, small)
    return [
        Result(
            f"REGISTER rate with {many:,} phones against {few:,}",
            f"at least {TARGET}",
            spread(large),
            spread(small),
            f"{found:.2f}",
            found >= TARGET,
            "refreshes, the phones in turn; before them all phones registered for the first time, "
            f"with a challenge each: {spread(first)} of {many:,} phones",
        )
    ]


def session(bench: Bench, phones: int) -> list[float]:
    """Register all once, warm up, measure two slices; return all three rates."""
    server = bench.site(phones)
    with server.running(), Wires(server.port, bench.sizes.sockets) as wires:
        load = Registrations(wires, make_phones(wires, phones))
        first = load.run_once()
        load.run(bench.sizes.warm_s)
        return [first.rate, *(load.run(bench.sizes.slice_s).rate for _ in range(2))]
