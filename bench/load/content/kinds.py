"""Which lines a load has: a kind and its options, as plain validated data. Pure, without numpy.

``KIND[:name=value,...]``, for instance ``csv:malformed=0.01`` or ``events:late=0.05,late_s=10``.
What the lines of each kind hold stands in `bench.load.content.layouts`, and in docs/jobs.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.contract.jobs import LINES

PLAIN = "plain"
#: Kinds whose lines have an event time, so that a share of them can be late.
TIMED: tuple[str, ...] = ("csv", "json", "events", "weblog", "payments")
#: Kinds whose lines are parsed, so that a share of them can be malformed.
PARSED: tuple[str, ...] = ("csv", "json", "weblog")
#: Kinds that cannot do without keys.
KEYED: tuple[str, ...] = ("words", *TIMED)

#: Event times count from here: 2026-01-01T00:00:00Z, in milliseconds since the epoch.
EVENT_EPOCH_MS = 1_767_225_600_000
DEFAULT_LATE_S = 10.0
MAX_LATE_S = 86_400.0


@dataclass(frozen=True)
class LineKind:
    """A kind of lines with its options; ``str()`` is the canonical spelling.

    `malformed` is the share of lines that do not parse, `late` the share whose event time lies up
    to `late_s` seconds back. Raises ValueError with one sentence for what cannot be.
    """

    kind: str = PLAIN
    malformed: float = 0.0
    late: float = 0.0
    late_s: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in LINES:
            raise ValueError(f"unknown kind of lines '{self.kind}' (known: {', '.join(LINES)})")
        for name, share, kinds in (
            ("malformed", self.malformed, PARSED),
            ("late", self.late, TIMED),
        ):
            if not 0 <= share < 1:
                raise ValueError(f"lines: {name} is {share:g}: give a share from 0 to below 1")
            if share and self.kind not in kinds:
                raise ValueError(
                    f"lines: {self.kind} lines cannot be {name}, only {', '.join(kinds)}"
                )
        if not 0 <= self.late_s <= MAX_LATE_S:
            raise ValueError(f"lines: late_s is {self.late_s:g}: give at most {MAX_LATE_S:g} s")
        if self.late > 0 and round(self.late_s * 1000) < 1:
            raise ValueError("lines: late lines need late_s: give the most seconds they are late")
        if self.late_s and not self.late:
            raise ValueError("lines: late_s needs late: give the share of late lines")

    def __str__(self) -> str:
        given = [
            f"{name}={value:g}"
            for name, value in (
                ("malformed", self.malformed),
                ("late", self.late),
                ("late_s", self.late_s),
            )
            if value
        ]
        return f"{self.kind}:{','.join(given)}" if given else self.kind


def parse_lines(text: str) -> LineKind:
    """The kind that a text names; ValueError with one sentence for anything else."""
    kind, colon, rest = text.strip().partition(":")
    if colon and not rest:
        raise ValueError(f"lines '{text}': nothing after the colon; write {kind}:name=value")
    values: dict[str, float] = {}
    for item in rest.split(",") if rest else ():
        name, equals, value = (part.strip() for part in item.partition("="))
        if not equals or name not in ("malformed", "late", "late_s") or name in values:
            raise ValueError(
                f"lines '{text}': '{item}' is none of malformed=SHARE, late=SHARE, late_s=SECONDS"
            )
        try:
            values[name] = float(value)
        except ValueError:
            values[name] = math.nan
        if not math.isfinite(values[name]):
            raise ValueError(f"lines '{text}': '{value}' is not a number; write one like 0.05")
    if values.get("late"):
        values.setdefault("late_s", DEFAULT_LATE_S)
    return LineKind(kind, **values)
