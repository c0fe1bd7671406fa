"""What a process and its children use, as the kernel counts it."""

import os
from pathlib import Path

TICKS_PER_S = os.sysconf("SC_CLK_TCK")
PPID, UTIME, STIME = 1, 11, 12
"""Places in /proc/PID/stat, counted behind the name in parentheses."""


def tree(root: int) -> dict[int, list[str]]:
    """Return the stat fields of a process and of all that descend from it."""
    stats = dict(each for path in Path("/proc").glob("[0-9]*/stat") if (each := _read(path)))
    family = {root}
    while True:
        more = {pid for pid, fields in stats.items() if int(fields[PPID]) in family} - family
        if not more:
            return {pid: stats[pid] for pid in family if pid in stats}
        family |= more


def _read(path: Path) -> tuple[int, list[str]] | None:
    try:
        text = path.read_text()
    except OSError:  # it ended meanwhile
        return None
    pid, _, rest = text.partition(" (")
    return int(pid), rest.rpartition(") ")[2].split()


def cpu_s(*roots: int) -> float:
    """Return the CPU seconds of the processes and of all that live below them."""
    return sum(
        (int(fields[UTIME]) + int(fields[STIME])) / TICKS_PER_S
        for root in roots
        for fields in tree(root).values()
    )


def anonymous_kib(pid: int) -> int:
    """Return the memory that is the process's own: no code, no file that it maps."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1])
    raise OSError(f"/proc/{pid}/smaps_rollup has no line Anonymous")


def resident_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise OSError(f"/proc/{pid}/status has no line VmRSS")
