"""The SIP process: configuration and bindings in, engine and endpoint up, all of it down again.

Order of the start: load, listen, follow the change log. Order of the end: calls, no new messages,
answers that wait for the disk, sockets, threads.
"""

import asyncio
import contextlib
import gc
import logging
import resource
import signal
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ccmadmin.sipservice.allocator import return_large_tables
from ccmadmin.sipservice.checkpointer import Checkpointer
from ccmadmin.sipservice.clock import Clock
from ccmadmin.sipservice.collector import Collector, making_what_stays
from ccmadmin.sipservice.databases import close_all
from ccmadmin.sipservice.loader import load_tables
from ccmadmin.sipservice.prober import Door, Prober
from ccmadmin.sipservice.randomness import SystemTokens
from ccmadmin.sipservice.recorder import Recorder
from ccmadmin.sipservice.snapshot import Snapshot
from ccmadmin.sipservice.storage import Storage
from ccmadmin.sipservice.tables import Tables
from ccmadmin.sipservice.watcher import Watcher
from sipcore.endpoint import Endpoint
from sipcore.engine import Engine
from sipcore.ports import Address, Binding, Flow
from sipcore.transport import Listen, LocalAddresses, TcpLimits

log = logging.getLogger(__name__)

BEAT_S = 1.0
COLLECT_S = 0.25
# All of the end must be over in three seconds.
CALLS_S = 0.6  # a BYE that is lost is sent again after 0.5 seconds
PAUSE_S = 0.01
ANSWERS_S = 1.0
WRITES_S = 1.0
# Descriptors that are not connections: sockets that listen, databases, logs.
OTHER_FILES = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the process starts from."""

    storage: Storage
    tables: Tables
    bindings: list[Binding]


def load(node: str) -> Loaded:
    """Read everything; before there is a loop that could be stopped by it."""
    return_large_tables()
    storage = Storage(node, Clock())
    gc.collect()
    with making_what_stays():
        loaded = Loaded(storage, load_tables(), storage.load_bindings())
    close_all()
    log.info(
        "revision %d: %d users, %d phones, %d directory numbers; %d bindings",
        loaded.tables.revision,
        len(loaded.tables.users),
        len(loaded.tables.phones),
        len(loaded.tables.numbers),
        len(loaded.bindings),
    )
    return loaded


async def serve(
    loaded: Loaded,
    listen: Sequence[Listen],
    announce: Callable[[str], None],
) -> None:
    """Run until SIGTERM or SIGINT. Raises ListenError when an address cannot be listened on."""
    loop = asyncio.get_running_loop()
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    # There is nothing to read again: what is saved is in force. The default would end us.
    loop.add_signal_handler(signal.SIGHUP, lambda: None)
    with making_what_stays():
        service = Service(loaded, listen)
    try:
        await service.start()
        announce("listening on " + ", ".join(service.listening))
        await stopping.wait()
        log.info("stopping")
    finally:
        await service.stop()


class Service:
    """Engine, endpoint and the four threads, started and stopped in order."""

    def __init__(self, loaded: Loaded, listen: Sequence[Listen]) -> None:
        self.snapshot = Snapshot(loaded.tables)
        self.recorder = Recorder(loaded.storage)
        self.checkpointer = Checkpointer(loaded.storage, self.recorder.complete_log)
        bindings = at_home(loaded.bindings, listen, loaded.storage.clock.monotonic())
        self.engine = Engine(self.snapshot, tokens=SystemTokens(), bindings=bindings)
        limits = TcpLimits(connections=connections_possible(TcpLimits().connections))
        self.endpoint = Endpoint(self.engine, self.recorder, listen, tcp_limits=limits)
        loop = asyncio.get_running_loop()
        self.watcher = Watcher(self.snapshot, loop, self.beat)

        def tell(door: Door) -> None:
            with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(self.endpoint.tell, door)

        self.prober = Prober(loaded.storage.node, loaded.storage.clock, self.engine, tell)
        self._threads_run = False

    @property
    def listening(self) -> list[str]:
        return [str(each) for each in self.endpoint.listening]

    async def start(self) -> None:
        await self.endpoint.open()
        self.recorder.start()
        self.checkpointer.start()
        self.watcher.start()
        self.prober.start()
        self._threads_run = True
        self.endpoint.spawn(self._beat_forever(), "heartbeat")
        self.endpoint.spawn(collect_forever(), "collector")

    async def stop(self) -> None:
        self.watcher.stop()
        if self._threads_run:
            await self._end_calls()
        self.prober.stop()
        await self.endpoint.close(ANSWERS_S if self._threads_run else 0)
        if not self._threads_run:
            return
        # The loop must turn while the watcher's last change waits to get into it.
        await asyncio.to_thread(self.watcher.join, WRITES_S)
        await asyncio.to_thread(self.prober.join, WRITES_S)
        await asyncio.to_thread(self.checkpointer.stop, WRITES_S)
        self.recorder.beat(self.snapshot.revision, [])
        if not await asyncio.to_thread(self.recorder.stop, WRITES_S):
            log.error("attempts and call records that were not written yet are lost")

    async def _end_calls(self) -> None:
        """Hang up on the phones, so that nobody goes on talking to nobody."""
        self.endpoint.tell(self.engine.shut_down)
        for _ in range(round(CALLS_S / PAUSE_S)):
            if not self.engine.has_calls:
                break
            await asyncio.sleep(PAUSE_S)

    def beat(self) -> None:
        self.recorder.beat(self.snapshot.revision, self.listening)

    async def _beat_forever(self) -> None:
        while True:
            self.beat()
            await asyncio.sleep(BEAT_S)


async def collect_forever() -> None:
    with Collector() as collector:
        while True:
            collector.look()
            await asyncio.sleep(COLLECT_S)


def at_home(
    bindings: Iterable[Binding], listen: Sequence[Listen], now: float
) -> Iterable[Binding]:
    """Give each binding the address that we have now; the process before may have had another."""
    addresses = LocalAddresses()
    homes: dict[tuple[str, Address], Listen | None] = {}
    for binding in bindings:
        flow = binding.flow
        place = flow.transport, flow.local
        if place not in homes:
            homes[place] = home_of(flow, listen)
        home = homes[place]
        local = addresses.towards(home.address, flow.remote, now) if home else flow.local
        if local == flow.local:
            yield binding
        else:
            yield replace(binding, flow=replace(flow, local=local))


def home_of(flow: Flow, listen: Sequence[Listen]) -> Listen | None:
    """Return where we listen for what came over `flow`; None where nothing is like it."""
    ours = [each for each in listen if each.transport == flow.transport]
    near = [each for each in ours if each.family == Listen("", *flow.local).family]
    same = [each for each in near if each.address == flow.local]
    home = next(iter(same or near), None)
    return home if home is not None and home.port else None


def connections_possible(wanted: int) -> int:
    """Ask the system for as many open files as we may have; return how many connections fit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = (
        min(wanted + OTHER_FILES, hard) if hard != resource.RLIM_INFINITY else wanted + OTHER_FILES
    )
    if soft < most:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            soft = most
    return max(min(wanted, soft - OTHER_FILES), 10)
