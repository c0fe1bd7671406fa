"""Authenticated registrations against Kamailio: with a challenge each, and with a kept nonce."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench import usage
from bench.load.registering import Registered, Registrations, make_phones
from bench.load.wires import Wires
from bench.measuring import Bench, Result, median, ratio, spread
from bench.servers import kamailio

CHALLENGED_TARGET = 1.0
REFRESH_TARGET = 1.5
PEER_WARM_S = 3.0  # it keeps no transactions of a REGISTER


@dataclass
class Series:
    """Slices of one server: rates, and the CPU time that it spent on each registration."""

    rates: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    load_busy: list[float] = field(default_factory=list)
    repeated: int = 0

    def add(self, run: Registered, cpu_s: float) -> None:
        if run.refused:
            raise RuntimeError(f"refused: {dict(run.statuses)}")
        self.rates.append(run.rate)
        self.cpu_us.append(1e6 * cpu_s / run.done)
        self.load_busy.append(run.load_busy)
        self.repeated += run.repeated


@dataclass
class Pair:
    """Both kinds of registration with one server."""

    challenged: Series = field(default_factory=Series)
    refresh: Series = field(default_factory=Series)


def measure(bench: Bench) -> list[Result]:
    ours, faster, theirs = Pair(), Pair(), Pair()
    for turn in range(bench.sizes.rounds):
        bench.say(f"registrations, round {turn + 1}: ccmadmin")
        server = bench.site(bench.sizes.phones)
        with server.running() as process:
            session(bench, server.port, [process.pid], ours, bench.sizes.warm_s)
        bench.say(f"registrations, round {turn + 1}: ccmadmin on uvloop")
        with server.running("uvloop") as process:
            session(bench, server.port, [process.pid], faster, bench.sizes.warm_s)
        bench.say(f"registrations, round {turn + 1}: Kamailio")
        folder = bench.new_folder("kamailio")
        with kamailio.running(folder, bench.cores, bench.sizes.phones) as peer:
            session(bench, peer.port, peer.pids, theirs, PEER_WARM_S)
    return [
        result(
            "authenticated REGISTER, challenge and answer, durable",
            CHALLENGED_TARGET,
            ours.challenged,
            theirs.challenged,
            faster.challenged,
        ),
        result(
            "refresh with a nonce that is still valid, durable",
            REFRESH_TARGET,
            ours.refresh,
            theirs.refresh,
            faster.refresh,
        ),
    ]


def session(bench: Bench, port: int, pids: Sequence[int], pair: Pair, warm_s: float) -> None:
    """Register all once, warm up, then measure both kinds."""
    with Wires(port, bench.sizes.sockets) as wires:
        load = Registrations(wires, make_phones(wires, bench.sizes.phones))
        load.run_once()
        load.run(warm_s)
        for is_challenged, series in ((False, pair.refresh), (True, pair.challenged)):
            before = usage.cpu_s(*pids)
            run = load.run(bench.sizes.slice_s, challenged=is_challenged)
            series.add(run, usage.cpu_s(*pids) - before)


def result(measure: str, target: float, ours: Series, theirs: Series, faster: Series) -> Result:
    found = ratio(ours.rates, theirs.rates)
    note = (
        f"CPU time of the server for each: {median(ours.cpu_us):.0f} µs against "
        f"{median(theirs.cpu_us):.0f} µs; the load's core was at most "
        f"{max(ours.load_busy + theirs.load_busy):.0%} busy; "
        f"{ours.repeated} and {theirs.repeated} requests were repeated; with uvloop instead of "
        f"asyncio's loop it is {spread(faster.rates)}, {median(faster.cpu_us):.0f} µs each"
    )
    return Result(
        measure,
        f"at least {target} x Kamailio",
        spread(ours.rates),
        spread(theirs.rates),
        f"{found:.2f} x",
        found >= target,
        note,
    )
