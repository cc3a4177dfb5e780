"""What a Spark master URL says about this machine."""

from __future__ import annotations

import os
import re


def is_local(master: str) -> bool:
    """True where driver, executor and receivers share one JVM."""
    return master == "local" or master.startswith("local[")


def task_slots(master: str) -> int | None:
    """Task slots of a local master, ``None`` where the driver cannot know them."""
    if master == "local":
        return 1
    match = re.match(r"local\[(\d+|\*)", master)
    if match is None:
        return None
    return os.cpu_count() if match.group(1) == "*" else int(match.group(1))
