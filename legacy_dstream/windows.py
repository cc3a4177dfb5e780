"""Jobs with windows: what Spark demands of them, and what it does not tell about them.

A job module says ``WINDOWS``, the names of its parameters that Spark wants to be whole batches, and
``SLIDES = True`` when it writes less often than every batch.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Range = tuple[int, int, int]


def why_not_windows(job: Any, params: Mapping[str, Any], trigger_s: float) -> str | None:
    """``None``, or which of the job's windows is no whole number of batches."""
    interval_ms = round(trigger_s * 1000)
    for name in getattr(job, "WINDOWS", ()):
        if round(params[name] * 1000) % interval_ms:
            return (
                f"windows of a DStream are whole batches: {name}={params[name]:g} is no multiple "
                f"of the batch interval of {trigger_s:g} s"
            )
    return None


def report_every_batch(context: Any, lines: Any) -> None:
    """Have batches in which the job writes nothing reported too; call it before the sink is there.

    ``JobScheduler.submitJobSet`` passes over a batch without any output, and what was received for
    it would never show.
    """
    from pyspark.streaming import DStream

    if isinstance(lines, DStream):
        lines.foreachRDD(_nothing)
        return
    from .jvm import do_nothing

    do_nothing(context, lines)


def _nothing(rdd: Any) -> None:
    pass


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """Ranges in which those of a stream that follow one another are one."""
    found: dict[int, list[Range]] = {}
    for stream, first, count in ranges:
        own = found.setdefault(stream, [])
        if own and own[-1][1] + own[-1][2] == first:
            first, count = own[-1][1], own.pop()[2] + count
        own.append((stream, first, count))
    return tuple(one for stream in sorted(found) for one in found[stream])
