"""What ``sparkbench tune`` may change of the null engine: nothing of use, but quick to try."""

from __future__ import annotations

from bench.contract.knobs import Dimension, Knob

RECOVERABLE: dict[str, dict[str, str]] = {}
RECOVERABLE_BY: dict[str, str] = {}
SPREAD: dict[str, dict[str, str]] = {}

PROFILES: dict[str, tuple[Knob, ...]] = {"textbook": (), "tuned": (), "fastest": ()}

#: A batch takes ``null.batch_s`` over ``null.speed`` over ``null.haste``.
DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("trigger", "trigger", ("100ms", "500ms", "1s")),
    Dimension("speed", "conf.null.speed", ("0.5", "2")),
    Dimension("haste", "conf.null.haste", ("4",), weakens=True),
)
