"""Every limit of the validity checks, in this one place, with its ground and the next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from bench.results.schema import Status

Unit = Literal["s", "share", "records", "bytes", "batches", "intervals", "ranges"]


@dataclass(frozen=True)
class Threshold:
    """One limit.

    A value passes up to ``threshold`` (with ``at_least``: from it on).  ``per_trigger_s`` raises a
    limit in seconds to that share of the trigger interval where it is the larger.  ``on_failure``
    is what a trial that does not pass becomes; ``None`` makes it a warning, which is shown and
    changes nothing.  ``why`` gives the ground for the number.
    """

    name: str
    threshold: float
    unit: Unit
    meaning: str
    next_step: str
    on_failure: Status | None
    why: str
    at_least: bool = False
    per_trigger_s: float = 0.0

    def for_trigger(self, trigger_s: float) -> float:
        """The limit at this trigger interval."""
        return max(self.threshold, self.per_trigger_s * trigger_s)


_ALL = (
    Threshold(
        "failed_batches", 0, "batches", "batches that failed",
        "read the trial's log for the first error", "failed",
        "a failed batch lost its records",
    ),
    Threshold(
        "starved_lag", 0.010, "s", "send lag (p99) that is the generator's own",
        "lower the rate, leave the generator a CPU (fewer --cores), or end other programs",
        "invalid",
        "99% of the records then shift a latency by 10 ms at most, half of what the range latency "
        "may be off at p99; a long trigger interval has room for 1% of it",
        per_trigger_s=0.01,
    ),
    Threshold(
        "delivered_load", 0.01, "share", "difference of the delivered load from the offered one",
        "lower the rate below what `sparkbench calibrate` prints", "invalid",
        "the same 1% of the rate that tells a growing backlog; with the socket full it is the "
        "engine's doing and not counted here",
    ),
    Threshold(
        "generator_cpu", 0.10, "share", "share the generator takes of the CPUs of the engine",
        "lower the rate, or leave the generator a CPU of its own (fewer --cores)", "invalid",
        "what the generator takes the engine lacks, on both arms; above a tenth it would shape "
        "the result",
    ),
    Threshold(
        "generator_own_cpu", 0.80, "share", "share the generator takes of its own CPU",
        "lower the rate below what `sparkbench calibrate` prints", "invalid",
        "beyond, there is no room to catch up after a pause, and lag follows",
    ),
    Threshold(
        "window_intervals", 0.001, "intervals", "distance of the window from whole intervals",
        "choose a duration that is a multiple of the trigger interval", "invalid",
        "part of an interval favours some phase of the trigger; a thousandth cannot be seen",
    ),
    Threshold(
        "contiguous_ranges", 0, "ranges", "ranges that do not follow the one before",
        "keep the trial's file and report it: records cannot be tied to batches", "invalid",
        "latency from ranges rests on it",
    ),
    Threshold(
        "conservation_records", 0, "records", "records lost, repeated or not processed",
        "read the trial's log for lost blocks; check the storage level and the memory", "invalid",
        "speed with loss is no speed",
    ),
    Threshold(
        "conservation_bytes", 0, "bytes", "difference of processed from sent bytes",
        "run `sparkbench verify` for this job and source", "invalid",
        "every record must be evaluated in full",
    ),
    Threshold(
        "negative_latency", 0.001, "share", "share of records visible before they were due",
        "check that one clock serves all hosts, and run `sparkbench doctor`", "invalid",
        "a thousandth cannot move a p99; more means that clocks or ranges are off",
    ),
    Threshold(
        "clock_step", 0.010, "s", "drift of the wall clock against the monotonic one",
        "let the time daemon finish its correction, then repeat", "invalid",
        "as much as the range latency may be off at p50",
    ),
    Threshold(
        "witness", 0.020, "s", "median difference of console and listener, either way",
        "check that nothing else writes to the trial's standard output; prefer --sink drain",
        "invalid",
        "10 ms for the listener as at p50, and as much again for printing and the pipe",
    ),
    Threshold(
        "cohort_visible", 1.0, "share", "share of the measured records visible by the deadline",
        "lower the rate or give more --cores", "saturated",
        "nothing is cut off at the right edge", at_least=True,
    ),
    Threshold(
        "saturation", 0.01, "share", "growth of the backlog (lower bound), share of the rate",
        "lower the rate or give more --cores", "saturated",
        "below 1% growth, an hour's load is behind by 36 s at most",
    ),
    Threshold(
        "measured_batches", 5, "batches", "batches that carry the measured records",
        "lengthen --duration, or shorten the trigger interval", "unsettled",
        "a slope from four has two degrees of freedom, and an interval wider than any finding",
        at_least=True,
    ),
    Threshold(
        "warmup_settled", 0.10, "share", "what ageing moved p99 by over the window",
        "measure older JVMs with --age 2m", "unsettled",
        "a change of tick to visible that is significant at 1% and a tenth of p99 or more; less "
        "widens the interval instead",
    ),
    Threshold(
        "backlog_slope", 0.01, "share", "growth of the backlog (upper bound), share of the rate",
        "lengthen --duration, or lower the rate", "unsettled",
        "the rule of `holds`: not shown to grow by 1% of the rate or more",
    ),
    Threshold(
        "phases", 0.05, "share", "share of batches whose phases do not add up to the whole",
        "read the phases of this trial with care", None,
        "a stall may part two clocks; more than one batch in twenty is no stall",
    ),
    Threshold(
        "due_records", 1, "records", "records that were due within the window",
        "raise the rate, lengthen --duration, or look at the file's timestamps", "invalid",
        "where nothing was due nothing is measured", at_least=True,
    ),
    Threshold(
        "tail_records", 1000, "records", "measured records",
        "take p99 as rough: raise the rate or lengthen --duration", None,
        "ten records lie beyond p99 then", at_least=True,
    ),
    Threshold(
        "steal", 0.02, "share", "CPU time that the host gave to others",
        "use a machine of your own, or more rounds", None,
        "twice the 1% that is told apart elsewhere",
    ),
    Threshold(
        "throttled", 0.01, "share", "time the CPU quota held the trial back",
        "raise the container's CPU quota", None,
        "a quota stops every thread at once, for up to 100 ms: it shows in p99 at 1%",
    ),
    Threshold(
        "memory_pressure", 0.01, "share", "time some task waited for memory",
        "end other programs, or give Spark less memory", None,
        "paging shows in p99 at 1%",
    ),
    Threshold(
        "io_pressure", 0.10, "share", "time some task waited for the disk",
        "put checkpoints on a faster file system, or end what writes", None,
        "the engine's own logs take a few per cent",
    ),
    Threshold(
        "foreign_cpu", 0.10, "share", "CPU time of programs that are not of the trial",
        "end other programs", "invalid",
        "beside a program that took half of two CPUs p99 was 8 to 9% up",
    ),
    Threshold(
        "load_average", 1.0, "share", "runnable programs per CPU before the run",
        "end other programs, or wait until the machine is quiet", None,
        "above one a CPU, somebody waits before we begin",
    ),
)  # fmt: skip

#: Name to limit, in the order in which the checks are shown.
THRESHOLDS: Mapping[str, Threshold] = MappingProxyType({t.name: t for t in _ALL})


def limit(name: str) -> float:
    """The number of one threshold; ``KeyError`` for a name that is none."""
    return THRESHOLDS[name].threshold
