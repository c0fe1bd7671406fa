"""Whole calls against sippy's B2BUA: both legs, and our call record on disk."""

import time

from bench import children, site, usage
from bench.load.calling import Called, Caller, Calls
from bench.load.registering import Registrations, make_phones
from bench.load.wires import Wires
from bench.measuring import Bench, Result, median, ratio, spread
from bench.rows.registrations import Series
from bench.servers import sippy

TARGET = 3.0
RECORDS_S = 10.0


def measure(bench: Bench) -> list[Result]:
    ours, theirs = Series(), Series()
    missing = 0
    for turn in range(bench.sizes.rounds):
        bench.say(f"calls, round {turn + 1}: ccmadmin")
        missing += our_session(bench, ours)
        bench.say(f"calls, round {turn + 1}: sippy")
        peer_session(bench, theirs)
    found = ratio(ours.rates, theirs.rates)
    note = (
        f"CPU time of the server for each call: {median(ours.cpu_us):.0f} µs against "
        f"{median(theirs.cpu_us):.0f} µs; the load's core was at most "
        f"{max(ours.load_busy + theirs.load_busy):.0%} busy; {missing} call records are missing"
    )
    return [
        Result(
            "whole calls (INVITE 100 180 200 ACK BYE 200, both legs, call record written)",
            f"at least {TARGET:.0f} x sippy's B2BUA",
            spread(ours.rates),
            spread(theirs.rates),
            f"{found:.2f} x",
            found >= TARGET and not missing,
            note,
        )
    ]


def our_session(bench: Bench, series: Series) -> int:
    """Measure our server; return how many call records are missing in the end."""
    count = bench.sizes.callers
    server = bench.site(2 * count, "open")
    before = server.count("ccmadmin_callrecord")
    with server.running() as process, Wires(server.port, 2 * count) as wires:
        Registrations(wires, make_phones(wires, 2 * count)).run_once()
        load = Calls(wires, callers(wires, count))
        calls = slices(bench, load, process.pid, series)
        end = time.monotonic() + RECORDS_S
        while (written := server.count("ccmadmin_callrecord") - before) < calls:
            if time.monotonic() > end:
                break
            time.sleep(0.2)
    return max(calls - written, 0)


def peer_session(bench: Bench, series: Series) -> None:
    """Measure sippy; all its calls go to one phone."""
    count, port = bench.sizes.callers, children.free_port()
    with Wires(port, count + 1) as wires:
        folder = bench.new_folder("sippy")
        with sippy.running(folder, bench.cores, port, wires.port(count)) as process:
            slices(bench, Calls(wires, callers(wires, count)), process.pid, series)


def callers(wires: Wires, count: int) -> list[Caller]:
    return [
        Caller(
            site.number(i),
            site.number(i + count),
            wires.server_port,
            wires.port(i),
            wires.sockets[i].send,
        )
        for i in range(count)
    ]


def slices(bench: Bench, load: Calls, pid: int, series: Series) -> int:
    """Warm up, measure; return the number of calls altogether."""
    first = load.run(bench.sizes.warm_s)
    before = usage.cpu_s(pid)
    run = load.run(bench.sizes.slice_s)
    check(first)
    check(run)
    series.rates.append(run.rate)
    series.cpu_us.append(1e6 * (usage.cpu_s(pid) - before) / run.done)
    series.load_busy.append(run.load_busy)
    return first.done + run.done


def check(run: Called) -> None:
    if run.failed > run.done / 1000:
        raise RuntimeError(f"{run.failed} calls failed: {dict(run.statuses)}")
