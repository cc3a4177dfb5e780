"""What a Spark master URL says."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping

#: A local master with a task slot for each CPU that the process may use.
LOCAL = "local[*]"

#: The settings that say how many executors there are, and with how many task slots.
CORES_MAX = "spark.cores.max"
EXECUTORS, EXECUTOR_CORES = "spark.executor.instances", "spark.executor.cores"

#: How many of them a task takes.
TASK_CPUS = "spark.task.cpus"


def is_local(master: str) -> bool:
    """True where driver, executor and receivers share one JVM."""
    return master == "local" or master.startswith("local[")


def is_standalone(master: str) -> bool:
    """True for Spark's own cluster manager, in processes or (``local-cluster``) in the driver."""
    return master.startswith(("spark://", "local-cluster["))


def task_slots(master: str, conf: Mapping[str, str] | None = None) -> int | None:
    """Tasks that the application can run at once, ``None`` where the driver cannot know it.

    On a cluster they are what ``conf`` asks for.
    """
    given = conf or {}
    cores = _cores(master, given)
    return None if cores is None else cores // task_cpus(given)


def task_cpus(conf: Mapping[str, str]) -> int:
    """Cores that each task takes."""
    return int(conf.get(TASK_CPUS, 1))


def _cores(master: str, given: Mapping[str, str]) -> int | None:
    if is_local(master):
        return _local_slots(master)
    slots = given.get(CORES_MAX) if is_standalone(master) else None
    if slots is not None:
        return int(slots)
    instances, cores = given.get(EXECUTORS), given.get(EXECUTOR_CORES)
    return None if instances is None or cores is None else int(instances) * int(cores)


def _local_slots(master: str) -> int | None:
    if master == "local":
        return 1
    match = re.match(r"local\[(\d+|\*)", master)
    if match is None:
        return None
    return os.cpu_count() if match.group(1) == "*" else int(match.group(1))
