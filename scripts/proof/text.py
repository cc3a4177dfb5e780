"""Tables of the proofs as Markdown, and the machine they were made on in one line."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence


def markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with aligned columns, which reads well as plain text too."""
    lines = [list(columns), *map(list, rows)]
    widths = [max(len(line[k]) for line in lines) for k in range(len(columns))]
    padded = [
        "| " + " | ".join(c.ljust(w) for c, w in zip(x, widths, strict=True)) + " |" for x in lines
    ]
    padded.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(padded)


def describe_machine() -> str:
    """CPU, cores, system and how busy it is."""
    from bench.machine.environment import current_environment

    place = current_environment()
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{place.cpu}, {place.cpus} CPUs, {place.memory_bytes / 2**30:.0f} GiB; {place.os}; "
        f"Python {platform.python_version()}; load average {load}."
    )
