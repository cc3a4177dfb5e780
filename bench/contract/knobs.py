"""Knobs as data: what a setting changes, what it costs, and where it is applied.

The engines' ``knobs`` modules hold tables of these; the harness reads them without pyspark.  Every
knob is spelled as a setting of ``--conf``: a Spark setting as it is, an option of the source or the
sink under a prefix of ours, so that a user can set each of them by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

#: Before the name of an option that goes to the source, or to the sink, and not to Spark.
SOURCE_PREFIX = "sparkbench.source."
SINK_PREFIX = "sparkbench.sink."

#: In a value: the n of ``local[n]``.
SLOTS = "{slots}"


@dataclass(frozen=True)
class Use:
    """What a trial does, as far as a knob's fitness depends on it.

    ``stateful`` and ``row_each`` are the job's (``bench.contract.jobs.JobInfo``).
    """

    sink: str = "drain"
    source: str = "socket"
    mode: str = "microbatch"
    stateful: bool = False
    row_each: bool = True
    slots: int = 1


@dataclass(frozen=True)
class Fit:
    """Where a setting can be used at all; an empty tuple is "everywhere"."""

    sinks: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    modes: tuple[str, ...] = ("microbatch",)
    stateful: bool | None = None
    row_each: bool | None = None

    def covers(self, use: Use) -> bool:
        """Whether a trial that does ``use`` can have it."""
        return (
            (not self.sinks or use.sink in self.sinks)
            and (not self.sources or use.source in self.sources)
            and (not self.modes or use.mode in self.modes)
            and self.stateful in (None, use.stateful)
            and self.row_each in (None, use.row_each)
        )


ANYWHERE = Fit(modes=())


@dataclass(frozen=True)
class Knob:
    """One setting of a profile.

    ``key`` and ``value`` are spelled as ``--conf`` takes them.  ``effect`` is what was measured,
    with its source; empty where nobody has measured the knob by itself.  ``reason`` says why it
    helps, and what it may cost.  ``transfers_to_remote_stores``: whether the gain is to be expected
    with a checkpoint on HDFS or an object store too.
    """

    name: str
    key: str
    value: str
    effect: str
    reason: str
    weakens_guarantee: bool
    transfers_to_remote_stores: bool
    fit: Fit = ANYWHERE

    @property
    def where(self) -> str:
        """Where it is applied, in words."""
        if self.key.startswith(SOURCE_PREFIX):
            return "source option"
        return "writer option" if self.key.startswith(SINK_PREFIX) else "Spark setting"

    @property
    def option(self) -> str:
        """The name Spark knows it by."""
        return self.key.removeprefix(SOURCE_PREFIX).removeprefix(SINK_PREFIX)


@dataclass(frozen=True)
class Dimension:
    """Something ``sparkbench tune`` may change: values to try besides leaving it as it is.

    ``key`` is one of an arm: ``trigger``, ``streams`` or ``conf.KEY``.  ``weakens`` is true where
    any of the values weakens the delivery guarantee.
    """

    name: str
    key: str
    values: tuple[str, ...]
    weakens: bool = False
    fit: Fit = ANYWHERE


class Split(NamedTuple):
    """Settings by where they go."""

    spark: dict[str, str]
    source: dict[str, str]
    sink: dict[str, str]


def settings(knobs: Iterable[Knob], use: Use) -> dict[str, str]:
    """The settings of the knobs that fit ``use``, spelled as ``--conf`` takes them."""
    return {k.key: k.value.replace(SLOTS, str(use.slots)) for k in knobs if k.fit.covers(use)}


def split(conf: Mapping[str, str]) -> Split:
    """Tell options of the source and of the sink, without their prefix, from Spark settings."""
    parts = Split({}, {}, {})
    for key, value in conf.items():
        if key.startswith(SOURCE_PREFIX):
            parts.source[key[len(SOURCE_PREFIX) :]] = value
        elif key.startswith(SINK_PREFIX):
            parts.sink[key[len(SINK_PREFIX) :]] = value
        else:
            parts.spark[key] = value
    return parts
