"""What was measured on: the machine, and the versions of everything that takes part."""

import os
import platform
import sqlite3
from importlib.metadata import version
from pathlib import Path

from bench.servers import kamailio, postgresql, sippy

PACKAGES = ("django", "cryptography")


def description() -> list[tuple[str, str]]:
    """Return what to name, and what it is here."""
    return [
        ("Processor", f"{processor()}, {os.cpu_count()} cores"),
        ("Memory", f"{memory_gib():.0f} GiB"),
        ("System", f"{system()}, Linux {platform.release()}"),
        ("Python", f"{platform.python_version()} ({platform.python_implementation()})"),
        ("SQLite", sqlite3.sqlite_version),
        *((name.title(), version(name)) for name in PACKAGES),
        ("Kamailio", kamailio.version()),
        ("PostgreSQL", postgresql.version()),
        ("sippy", sippy.version()),
    ]


def processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def system() -> str:
    return platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())


def others_busy() -> float:
    """Return the load average: what other programs may have taken from the measurement."""
    return os.getloadavg()[0]
