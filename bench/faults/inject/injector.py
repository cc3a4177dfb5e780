"""One fault made to happen: before the stream begins, when it strikes and when it is over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.contract import Options
from bench.faults import events
from bench.faults.events import Fault
from bench.faults.inject.executors import kill_one
from bench.faults.inject.mounts import Volume


@dataclass(frozen=True)
class Target:
    """What a fault can lay hands on: ``pid`` of the trial's process, the killing and reviving.

    ``store_bytes``: how large the checkpoint's file system has to be.  ``workers``: process ids of
    a cluster's workers on this machine.
    """

    pid: int
    kill: Callable[[], None]
    revive: Callable[[], None]
    store_bytes: int = 64 << 20
    workers: tuple[int, ...] = ()


class Injector:
    """A fault of the load, which the generator makes itself: nothing to do here."""

    def __init__(self, fault: Fault, target: Target) -> None:
        self.fault = fault
        self.target = target

    def prepare(self, options: Options) -> None:
        """Before the stream begins."""

    def strike(self) -> None:
        """The moment has come."""

    def relieve(self) -> None:
        """It has lasted long enough."""


class DriverKill(Injector):
    """The driver dies with all it started; whoever looks after it starts it again."""

    def strike(self) -> None:
        self.target.kill()

    def relieve(self) -> None:
        self.target.revive()


class Poison(Injector):
    """The record comes by itself, and who dies of it is started again."""

    def relieve(self) -> None:
        self.target.revive()


class CheckpointGone(Injector):
    """The checkpoint's file system takes no more, for a while."""

    _volume: Volume | None = None

    def prepare(self, options: Options) -> None:
        assert options.checkpoint_dir is not None
        place = Path(options.checkpoint_dir)
        self._volume = Volume(self.target.pid, place, self.target.store_bytes)

    def strike(self) -> None:
        self._take(True)

    def relieve(self) -> None:
        self._take(False)

    def _take(self, away: bool) -> None:
        assert self._volume is not None
        if self.fault.kind == events.FULL:
            self._volume.full(away)
        else:
            self._volume.read_only(away)


class ExecutorKill(Injector):
    """An executor, or the worker it runs on, dies; the driver is to go on without it."""

    _ports: tuple[int, ...] = ()

    def prepare(self, options: Options) -> None:
        self._ports = tuple(port for _host, port in options.endpoints)

    def strike(self) -> None:
        kill_one(self.fault.kind, [self.target.pid], self.target.workers, self._ports)


_INJECTORS: dict[str, type[Injector]] = {
    events.KILL_DRIVER: DriverKill,
    events.POISON: Poison,
    events.READ_ONLY: CheckpointGone,
    events.FULL: CheckpointGone,
    events.KILL_EXECUTOR: ExecutorKill,
    events.KILL_RECEIVER: ExecutorKill,
    events.KILL_WORKER: ExecutorKill,
}


def injector_of(fault: Fault, target: Target) -> Injector:
    """What makes ``fault`` happen to ``target``."""
    return _INJECTORS.get(fault.kind, Injector)(fault, target)
