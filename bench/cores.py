"""One core for the server under test, another for the load; nothing wanders between them."""

import os
from collections.abc import Sequence

SERVER, LOAD = 0, 1
"""Indexes into the cores that this process may use."""


def available() -> list[int]:
    return sorted(os.sched_getaffinity(0))


class Cores:
    """The two cores; made once, before this process pins itself."""

    def __init__(self) -> None:
        cores = available()
        if len(cores) < 2:
            raise SystemExit("the benchmark needs two cores: one for the server, one for the load")
        self.server, self.load = cores[SERVER], cores[LOAD]

    def take_load_core(self) -> None:
        """Pin this process, and so every child that is not started by `on_server_core`."""
        os.sched_setaffinity(0, {self.load})

    def on_server_core(self, command: Sequence[str]) -> list[str]:
        return ["taskset", "-c", str(self.server), *command]
