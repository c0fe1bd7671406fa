"""What every row needs: sizes, cores, a folder that goes away, and how a result is written."""

import signal
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cores import Cores
from bench.servers.ccmadmin import CallServer


@dataclass(frozen=True)
class Sizes:
    """How much is measured; times in seconds.

    `warm_s` is longer than timers H and J (32 s): from then on as many transactions end as begin.
    In `turns` two of our own servers take turns, in `rounds` ours and others.
    """

    phones: int = 1_000
    many: int = 100_000
    callers: int = 100
    sockets: int = 250
    warm_s: float = 35.0
    slice_s: float = 10.0
    rounds: int = 3
    turns: int = 20
    turn_s: float = 3.0
    keepalive_s: float = 120.0
    steady_rate: float = 500.0
    steady_s: float = 30.0
    changes: int = 400
    imported: int = 10_000
    visits: int = 40


QUICK = Sizes(
    many=5_000,
    warm_s=3.0,
    slice_s=3.0,
    rounds=1,
    turns=2,
    turn_s=1.0,
    keepalive_s=5.0,
    steady_s=5.0,
    changes=40,
    imported=200,
    visits=4,
)


@dataclass(frozen=True)
class Result:
    """A line of the table; `is_met` says whether the target is reached."""

    measure: str
    target: str
    ours: str
    compared: str
    outcome: str
    is_met: bool
    note: str = ""


class Bench:
    """One run of the benchmark."""

    def __init__(self, sizes: Sizes, cores: Cores, folder: Path) -> None:
        self.sizes = sizes
        self.cores = cores
        self.folder = folder
        self._sites: dict[tuple[int, str], CallServer] = {}
        self._folders = 0
        self._imports = 0

    def site(self, phones: int, kind: str = "digest") -> CallServer:
        """Return our server on a data folder with so many phones; made once."""
        key = phones, kind
        if key not in self._sites:
            self.say(f"making a site of {phones:,} phones")
            server = CallServer(self.folder / f"{kind}-{phones}", self.cores)
            server.fill(phones, kind)
            self._sites[key] = server
        return self._sites[key]

    def next_index(self) -> int:
        """Return the index of the first phone that nobody has added yet."""
        self._imports += 1
        return self.sizes.many + self._imports * self.sizes.imported

    def new_folder(self, name: str) -> Path:
        self._folders += 1
        return self.folder / f"{name}-{self._folders}"

    def say(self, text: str) -> None:
        print(f"  {text}", file=sys.stderr, flush=True)


@contextmanager
def bench(sizes: Sizes) -> Iterator[Bench]:
    """Pin this process to the load's core and make the folder; SIGTERM ends the children, too."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    cores = Cores()
    cores.take_load_core()
    with tempfile.TemporaryDirectory(prefix="ccmadmin-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL runs as another user below it
        yield Bench(sizes, cores, folder)


Row = Callable[[Bench], list[Result]]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def spread(values: Sequence[float]) -> str:
    """Write the median, and from where to where the values lie."""
    return f"{median(values):,.0f}/s ({min(values):,.0f}-{max(values):,.0f})"


def ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return median(ours) / median(theirs)
