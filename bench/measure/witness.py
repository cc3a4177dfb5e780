"""The second witness: when a batch's output arrived on standard output, against the listener."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.results.schema import Batch, Witness


def witness(pairs: Sequence[tuple[float, float]]) -> Witness | None:
    """Difference of the two witnesses over ``(visible, console)`` pairs, Unix seconds.

    ``p50`` keeps its sign (above 0: the console came after the listener's time), ``max`` is the
    largest difference either way.  ``None`` without pairs.
    """
    if not pairs:
        return None
    differences = np.array([console - visible for visible, console in pairs])
    return Witness(
        batches=len(pairs),
        p50=float(np.median(differences)),
        max=float(np.abs(differences).max()),
    )


def console_pairs(batches: Sequence[Batch]) -> list[tuple[float, float]]:
    """``(visible, console)`` of the batches whose output was seen on the console."""
    return [(b.visible, b.console) for b in batches if b.console is not None]
