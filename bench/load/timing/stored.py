"""A load's schedules as a result stores them, and made from that again. Pure.

Most schedules are a function of a few parameters. One that follows a file's own timestamps is a
function of the file: its times are stored too, as whole nanoseconds, differences, deflated, unless
that takes more than `MAX_TEXT` characters; then the file is needed to make it again.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bench.load.errors import ReplayError
from bench.load.timing.replay_schedule import ReplaySchedule
from bench.load.timing.schedule import Schedule

if TYPE_CHECKING:
    from bench.load.config import LoadConfig

Floats = NDArray[np.float64]

#: Of the stored times; more would make a result large. Enough for some hundred thousand lines.
MAX_TEXT = 250_000


def store_schedule(config: LoadConfig, offsets_s: Floats | None, sha256: str) -> dict[str, Any]:
    """What a result keeps of the schedules of `config`, for `schedules_of`.

    `offsets_s` and `sha256` are the replayed file's (`timestamps.leading_times`), and
    mean something only for a load with a `speed`.
    """
    if config.speed is None or offsets_s is None:
        return {
            "arrivals": str(config.arrivals),
            "rate_per_s": config.rate_per_s,
            "seed": config.seed,
            "streams": config.streams,
        }
    text = pack_times(offsets_s)
    return {
        "replay": config.replay,
        "sha256": sha256,
        "lines": len(offsets_s),
        "speed": config.speed,
        "streams": config.streams,
        "offsets": text if len(text) <= MAX_TEXT else None,
    }


def schedules_of(
    stored: dict[str, Any], offsets_s: Floats | None = None
) -> list[Schedule | ReplaySchedule]:
    """One schedule a stream, from what `store_schedule` gave.

    `offsets_s` are the file's times, for a schedule whose own were too long to be stored. Raises
    ReplayError, with one sentence, where they are needed and not given; KeyError or ValueError for
    a dictionary that is none of ours.
    """
    streams = int(stored.get("streams", 1))
    if "speed" not in stored:
        return [Schedule.from_dict({**stored, "stream": stream}) for stream in range(streams)]
    if offsets_s is None:
        if stored["offsets"] is None:
            raise ReplayError(
                f"the load followed the {stored['lines']} timestamps of {stored['replay']}, too "
                "many to be stored with the trial: give the file to compute its times again"
            )
        offsets_s = unpack_times(stored["offsets"])
    if len(offsets_s) != stored["lines"]:
        raise ReplayError(
            f"{len(offsets_s)} timestamps instead of the {stored['lines']} of {stored['replay']}: "
            "give the file the trial was run with"
        )
    speed, sha256 = float(stored["speed"]), str(stored["sha256"])
    return [ReplaySchedule(offsets_s, speed, k, streams, sha256) for k in range(streams)]


def pack_times(offsets_s: Floats) -> str:
    """Times as text, to the nanosecond."""
    whole = np.rint(offsets_s * 1e9).astype("<i8")
    # Bytes of like weight side by side: in most files all but one or two of them hardly change.
    planes = np.diff(whole, prepend=np.int64(0)).view(np.uint8).reshape(-1, 8).T
    return base64.b85encode(zlib.compress(planes.tobytes(), 9)).decode("ascii")


def unpack_times(text: str) -> Floats:
    """The times of `pack_times`; ValueError when the text is not one of its."""
    try:
        planes = np.frombuffer(zlib.decompress(base64.b85decode(text)), dtype=np.uint8)
    except zlib.error as error:
        raise ValueError(f"stored times cannot be read: {error}") from None
    steps = np.ascontiguousarray(planes.reshape(8, -1).T).view("<i8").reshape(-1)
    times: Floats = np.cumsum(steps) / 1e9
    return times
