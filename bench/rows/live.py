"""Saved is live: how soon a change is in force, and what it costs those who register meanwhile."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.changes import PROBED
from bench.load.phones import Phone
from bench.load.registering import Registrations, make_phones
from bench.load.steady import Delays, SteadyLoad, percentile
from bench.load.wires import Wires
from bench.measuring import Bench, Result
from bench.servers.ccmadmin import CallServer
from bench.stolen import BEFORE_S, StolenTime

IN_FORCE_TARGET_MS = 250.0
DELAY_TARGET_MS = 50.0
IMPORT_TARGET_MS = 100.0
FOLLOW_S = 300.0


@dataclass
class Observed:
    """Delays without the change and with it, and what the changing program printed.

    `stolen` is told in the note: how much of all that the server's core was away.
    """

    quiet: Delays = field(default_factory=Delays)
    busy: Delays = field(default_factory=Delays)
    printed: str = ""
    stolen: str = ""


def observe(bench: Bench, change: Callable[[CallServer], str]) -> Observed:
    """Register at the steady rate with nothing else, then while `change` runs."""
    sizes = bench.sizes
    server = bench.site(sizes.many)
    server.bind(sizes.many)
    seen = Observed()
    with server.running(), Wires(server.port, sizes.sockets) as wires:
        phones = some_phones(wires, sizes.many, int(sizes.steady_rate * sizes.steady_s))
        Registrations(wires, phones).run_once()
        with SteadyLoad(wires.sockets, phones, sizes.steady_rate) as load:
            time.sleep(sizes.steady_s)
        seen.quiet = load.delays
        with (
            StolenTime(bench.cores.server, time.time) as stolen,
            SteadyLoad(wires.sockets, phones, sizes.steady_rate) as load,
        ):
            seen.printed = change(server)
        seen.busy, seen.stolen = load.delays, told(stolen, load.delays)
    return seen


def told(stolen: StolenTime, delays: Delays) -> str:
    """Say what the machine took away, in all and when the longest delay came to be."""
    sent_at, answered_at = delays.longest
    of_longest_s = stolen.between(sent_at - BEFORE_S, answered_at)
    return (
        f"the machine gave {stolen.part:.1%} of the server's core to others, and "
        f"{1000 * of_longest_s:.0f} ms from {1000 * BEFORE_S:.0f} ms before the longest until its "
        "answer"
    )


def some_phones(wires: Wires, many: int, count: int) -> list[Phone]:
    """Return phones all over the site, without the one that is changed."""
    phones = make_phones(wires, many)
    step = max(many // count, 1)
    return [phone for phone in phones[::step] if phone.index != PROBED][:count]


def measure(bench: Bench) -> list[Result]:
    sizes = bench.sizes
    bench.say(f"{sizes.changes} changes under {sizes.steady_rate:.0f} REGISTER/s")

    def change(server: CallServer) -> str:
        return server.program("bench.changes", str(server.port), str(sizes.changes))

    seen = observe(bench, change)
    times = [float(line.split()[1]) for line in seen.printed.splitlines()]
    p99, longest = percentile(times, 0.99), seen.busy.longest_ms
    return [
        Result(
            f"saved to in force, {sizes.many:,} phones, under {sizes.steady_rate:.0f} REGISTER/s",
            f"p99 at most {IN_FORCE_TARGET_MS:.0f} ms, and no registration delayed more than "
            f"{DELAY_TARGET_MS:.0f} ms by it",
            f"p99 {p99:.0f} ms, half within {percentile(times, 0.5):.0f} ms; longest "
            f"registration {longest:.0f} ms",
            f"longest registration without changes {seen.quiet.longest_ms:.0f} ms",
            f"{p99:.0f} ms, {longest:.0f} ms",
            p99 <= IN_FORCE_TARGET_MS and longest <= DELAY_TARGET_MS and is_clean(seen),
            note(seen),
        )
    ]


def measure_import(bench: Bench) -> list[Result]:
    sizes = bench.sizes
    bench.say(f"import of {sizes.imported:,} phones under {sizes.steady_rate:.0f} REGISTER/s")
    first = bench.next_index()

    def change(server: CallServer) -> str:
        printed = server.program("bench.imports", str(first), str(sizes.imported))
        follow(server, int(printed.split()[1]))
        return printed

    seen = observe(bench, change)
    longest = seen.busy.longest_ms
    return [
        Result(
            f"a {sizes.imported:,}-phone import committing meanwhile",
            f"no registration delayed more than {IMPORT_TARGET_MS:.0f} ms",
            f"longest registration {longest:.0f} ms",
            f"longest without the import {seen.quiet.longest_ms:.0f} ms",
            f"{longest:.0f} ms",
            longest <= IMPORT_TARGET_MS and is_clean(seen),
            f"the import took {float(seen.printed.split()[0]):.0f} s; {note(seen)}",
        )
    ]


def follow(server: CallServer, revision: int) -> None:
    """Wait until the call server has it in force."""
    end = time.monotonic() + FOLLOW_S
    while server.revision() < revision:
        if time.monotonic() > end:
            raise RuntimeError(f"revision {revision} is not in force within {FOLLOW_S} s")
        time.sleep(0.1)


def is_clean(seen: Observed) -> bool:
    return not seen.busy.lost and not seen.busy.refused


def note(seen: Observed) -> str:
    return (
        f"{len(seen.busy.seconds):,} REGISTERs meanwhile, 99.9 % of them answered within "
        f"{seen.busy.percentile_ms(0.999):.0f} ms (without: {seen.quiet.percentile_ms(0.999):.0f} "
        f"ms), {seen.busy.lost} lost, {seen.busy.refused} refused; {seen.stolen}"
    )
