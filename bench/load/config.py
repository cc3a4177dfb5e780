"""What a load is: the one dictionary a generator is given and a result stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bench.load.checks import check_rate, check_seed
from bench.load.content.kinds import PLAIN
from bench.load.content.payload import MAX_STREAMS, Payload
from bench.load.sending.outage import DISCONNECT, Outage
from bench.load.timing.arrivals import Arrivals, parse_arrivals

if TYPE_CHECKING:
    from bench.load.content.lines import Lines
    from bench.load.content.replay import ReplayFile
    from bench.load.timing.replay_schedule import ReplaySchedule
    from bench.load.timing.schedule import Schedule


#: A file of a watched directory holds so many seconds: as long as a DStream's block by default.
FILE_S = 0.2


@dataclass(frozen=True)
class LoadConfig:
    """A load of `streams` connections, `rate_per_s` records per second together.

    `replay` is a file whose lines are sent instead of generated ones; with `speed` they are sent at
    the pace of their own timestamps times `speed`, and `rate_per_s` and `arrivals` do not count.
    `ports` are one a stream, 0 or none at all to have them chosen. `cpus` pins the generator. With
    a `directory` there are no connections: every `file_s` seconds each stream gets a file with the
    records that have fallen due since the last one (`bench.contract.files`). In an `outage` nothing
    is sent. With `readers_return` a reader that leaves may come back and is sent what has fallen
    due meanwhile; without, its stream has ended. Raises ValueError with one sentence.
    """

    rate_per_s: float = 1000.0
    arrivals: Arrivals = field(default_factory=Arrivals)
    payload: Payload = field(default_factory=Payload)
    replay: str | None = None
    speed: float | None = None
    seed: int = 0
    streams: int = 1
    host: str = "127.0.0.1"
    ports: tuple[int, ...] = ()
    cpus: tuple[int, ...] | None = None
    directory: str | None = None
    file_s: float = FILE_S
    outage: Outage | None = None
    readers_return: bool = False

    def __post_init__(self) -> None:
        check_rate(self.rate_per_s)
        check_seed(self.seed)
        if not 1 <= self.streams <= MAX_STREAMS:
            raise ValueError(f"streams is {self.streams}: give a number from 1 to {MAX_STREAMS}")
        if self.ports and len(self.ports) != self.streams:
            raise ValueError(
                f"{len(self.ports)} ports for {self.streams} streams: give one a stream, or none"
            )
        if not 0.01 <= self.file_s <= 60:
            raise ValueError(f"file_s is {self.file_s:g}: give 0.01 to 60 seconds a file")
        if self.speed is not None and self.replay is None:
            raise ValueError("a replay speed needs a file: give replay too, or leave speed out")
        if self.replay is not None and self.payload.stamp:
            raise ValueError("a replayed file's lines carry no stamp: leave replay or stamp out")
        if self.directory is not None and self.payload.stamp:
            raise ValueError("files carry no stamped lines: leave directory or stamp out")
        if self.outage is not None and self.outage.kind == DISCONNECT:
            if self.directory is not None:
                raise ValueError("a directory has no connection to close: give a stall instead")
            if not self.readers_return:
                raise ValueError("an outage that closes connections needs readers_return too")

    def read_replay(self) -> ReplayFile | None:
        """The replay file in memory, None without one; ReplayError when it cannot be read."""
        if self.replay is None:
            return None
        from bench.load.content.replay import ReplayFile

        return ReplayFile.load(self.replay)

    def schedules(self, replay: ReplayFile | None = None) -> list[Schedule | ReplaySchedule]:
        """The intended times of each stream; `replay` is needed (and parsed) with `speed` only."""
        if self.speed is not None:
            from bench.load.timing.replay_schedule import ReplaySchedule
            from bench.load.timing.timestamps import leading_times

            found = replay or self.read_replay()
            assert found is not None
            offsets = leading_times(found.data, found.name)
            return [
                ReplaySchedule(offsets, self.speed, stream, self.streams, found.sha256)
                for stream in range(self.streams)
            ]
        from bench.load.timing.schedule import Schedule

        return [
            Schedule(self.arrivals, self.rate_per_s, self.seed, stream, self.streams)
            for stream in range(self.streams)
        ]

    def lines(
        self,
        t0: float | None = None,
        replay: ReplayFile | None = None,
    ) -> list[Lines]:
        """The lines of each stream; `t0` (Unix seconds) is needed for stamped ones only."""
        found = replay or self.read_replay()
        if found is not None:
            return [found.lines(stream, self.streams) for stream in range(self.streams)]
        if self.payload.lines.kind != PLAIN:
            from bench.load.content.typed_lines import TypedLines

            return [
                TypedLines(self.payload, self.seed, stream, schedule)
                for stream, schedule in enumerate(self.schedules())
            ]
        from bench.load.content.lines import PayloadLines

        schedules = self.schedules() if self.payload.stamp else [None] * self.streams
        return [
            PayloadLines(self.payload, self.seed, stream, t0, schedule)
            for stream, schedule in enumerate(schedules)
        ]

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {
            "rate_per_s": self.rate_per_s,
            "arrivals": str(self.arrivals),
            "payload": self.payload.to_dict(),
            "replay": self.replay,
            "speed": self.speed,
            "seed": self.seed,
            "streams": self.streams,
            "host": self.host,
            "ports": list(self.ports),
            "cpus": None if self.cpus is None else list(self.cpus),
            "directory": self.directory,
            "file_s": self.file_s,
            "outage": None if self.outage is None else self.outage.to_dict(),
            "readers_return": self.readers_return,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LoadConfig:
        """The configuration of `to_dict`; ValueError or KeyError when it is not one."""
        speed, cpus, outage = data.get("speed"), data.get("cpus"), data.get("outage")
        return cls(
            rate_per_s=float(data["rate_per_s"]),
            arrivals=parse_arrivals(data["arrivals"]),
            payload=Payload.from_dict(data["payload"]),
            replay=data.get("replay"),
            speed=None if speed is None else float(speed),
            seed=int(data["seed"]),
            streams=int(data["streams"]),
            host=str(data.get("host", "127.0.0.1")),
            ports=tuple(int(port) for port in data.get("ports", ())),
            cpus=None if cpus is None else tuple(int(cpu) for cpu in cpus),
            directory=data.get("directory"),
            file_s=float(data.get("file_s", FILE_S)),
            outage=None if outage is None else Outage.from_dict(outage),
            readers_return=bool(data.get("readers_return", False)),
        )
