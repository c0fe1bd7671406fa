"""Memory of each phone: 100,000 that register and refresh as phones do, against a single one."""

import time

from bench import usage
from bench.load.registering import make_phones
from bench.load.steady import SteadyLoad
from bench.load.wires import Wires
from bench.measuring import Bench, Result

TARGET_KIB = 3.0
FEW = 1


def measure(bench: Bench) -> list[Result]:
    many = bench.sizes.many
    bench.say(f"memory of {many:,} phones")
    least, most = registered(bench, FEW), registered(bench, many)
    found = (most - least) / (many - FEW)
    return [
        Result(
            f"memory per configured and registered phone, {many:,} of them",
            f"at most {TARGET_KIB:.0f} KiB",
            f"{most / 1024:,.0f} MiB",
            f"{least / 1024:,.0f} MiB with {FEW} phone",
            f"{found:.2f} KiB",
            found <= TARGET_KIB,
            "anonymous memory when every phone has registered, with a challenge, and refreshed "
            f"within {bench.sizes.keepalive_s:.0f} s each; the transactions of the last 32 s are "
            "part of it",
        )
    ]


def registered(bench: Bench, phones: int) -> int:
    """Return the KiB of a server whose phones came over three keepalive intervals."""
    server = bench.site(phones)
    server.bind(0)  # what the rows before have left would stand beside each phone's own
    rate = phones / bench.sizes.keepalive_s
    with server.running() as process, Wires(server.port, bench.sizes.sockets) as wires:
        load = SteadyLoad(wires.sockets, make_phones(wires, phones), rate)
        with load:  # first without credentials, then with them, then a refresh
            time.sleep(3 * bench.sizes.keepalive_s)
        if load.delays.refused:
            raise RuntimeError(f"{load.delays.refused} phones were refused")
        return usage.anonymous_kib(process.pid)
