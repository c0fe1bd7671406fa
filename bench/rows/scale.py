"""The same load on 100,000 phones and on 1,000, by turns: the machine's own speed changes, too."""

import math
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from bench.load.registering import Registrations, make_phones
from bench.load.wires import Wires
from bench.measuring import Bench, Result, ratio, spread

TARGET = 0.9


@dataclass
class Office:
    """A server that all its phones have registered with: how fast at first, then in each turn."""

    load: Registrations
    first: float
    rates: list[float] = field(default_factory=list)

    def take_turn(self, seconds: float) -> None:
        run = self.load.run(seconds)
        if run.refused:
            raise RuntimeError(f"refused: {dict(run.statuses)}")
        self.rates.append(run.rate)


def measure(bench: Bench) -> list[Result]:
    few, many = bench.sizes.phones, bench.sizes.many
    with ExitStack() as stack:
        small = stack.enter_context(registered(bench, few))
        large = stack.enter_context(registered(bench, many))
        bench.say("scale: by turns")
        warming = math.ceil(bench.sizes.warm_s / bench.sizes.turn_s)
        for turn in range(warming + bench.sizes.turns):
            # Who was first in one turn is second in the next.
            for office in (small, large) if turn % 2 else (large, small):
                office.take_turn(bench.sizes.turn_s)
    small_rates, large_rates = small.rates[warming:], large.rates[warming:]
    found = ratio(large_rates, small_rates)
    return [
        Result(
            f"REGISTER rate with {many:,} phones against {few:,}",
            f"at least {TARGET}",
            spread(large_rates),
            spread(small_rates),
            f"{found:.2f}",
            found >= TARGET,
            f"refreshes, the phones in turn; {bench.sizes.turns} turns of "
            f"{bench.sizes.turn_s:.0f} s each, both servers on one core; before them all phones "
            f"registered for the first time, with a challenge each: {large.first:,.0f}/s of "
            f"{many:,} phones",
        )
    ]


@contextmanager
def registered(bench: Bench, phones: int) -> Iterator[Office]:
    """Start a server and register all its phones once."""
    bench.say(f"scale: {phones:,} phones register")
    server = bench.site(phones)
    with server.running(), Wires(server.port, bench.sizes.sockets) as wires:
        load = Registrations(wires, make_phones(wires, phones))
        yield Office(load, load.run_once().rate)
