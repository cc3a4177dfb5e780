"""What the generator process says, as data. Times named `at` are Unix seconds."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Accepted:
    """A stream has got its reader."""

    stream: int
    peer: str
    at: float


@dataclass(frozen=True)
class PeerClosed:
    """A stream's reader left after `sent_records` records were accepted by the kernel."""

    stream: int
    at: float
    reason: str
    sent_records: int


@dataclass(frozen=True)
class Progress:
    """Of all streams, records accepted by the kernel and records whose intended time has passed."""

    at: float
    sent_records: int
    intended_records: int


@dataclass(frozen=True)
class StopReport:
    """What was sent until the load stopped; lists have one entry a stream.

    `sent_bytes` are payload bytes without newlines, as an engine counts them. A stream is `torn`
    when its reader did not take the rest of a record it had a part of: that record does not count
    as sent. `cpu_s` is the processor time of the whole process since `go`, `elapsed_s` the time
    since t0, `blocked_s` how long the stream's socket was full.
    """

    sent_records: tuple[int, ...]
    sent_bytes: tuple[int, ...]
    torn: tuple[bool, ...]
    last_sent_at: float | None
    elapsed_s: float
    cpu_s: float
    blocked_s: tuple[float, ...]

    @property
    def cpu_share(self) -> float:
        """Processor seconds per second, 1.0 being one core."""
        return self.cpu_s / self.elapsed_s if self.elapsed_s > 0 else 0.0

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return {
            key: list(value) if isinstance(value, tuple) else value
            for key, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> StopReport:
        """The report of `to_dict`."""
        fields: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        return cls(**fields)
