"""All checks in the order they are shown."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Collection, Sequence
from pathlib import Path

import psutil

from bench.errors import EnvironmentProblem
from bench.machine import readings, software, steadiness
from bench.machine import shape as machine
from bench.machine.finding import Finding
from bench.process import cgroup
from bench.process.affinity import available_cpus
from bench.process.locks import Holder, holder
from bench.process.orphans import Marked, marked
from bench.runtime.cds_build import class_archive
from bench.runtime.inherited import inherited, refusals, taken_out

#: The shortest look at clocks and steal that tells anything.
LOOK_S = 0.5


def run_doctor(
    cwd: Path | None = None, look_s: float = LOOK_S, decided: Collection[str] = ()
) -> list[Finding]:
    """Look at everything a run depends on.  Takes about a second; starts no Spark.

    ``decided``: the settings that trials make themselves, whatever they would inherit.
    """
    # First of all, so that the doctor's own work does not count.
    load_average = os.getloadavg()[0]
    pressure = readings.pressure()
    first = readings.Moment.now()
    usable = available_cpus()
    cpus = len(usable) if usable is not None else os.cpu_count() or 1
    temp = Path(tempfile.gettempdir()) if _has_temp() else Path(os.environ.get("TMPDIR", "/tmp"))
    here = cwd or Path.cwd()
    ram = psutil.virtual_memory()
    limit = cgroup.limits()
    found = [one for one in inherited() if one.key not in decided]
    findings = [
        software.java(),
        software.spark(software.package_version("pyspark"), os.environ),
        software.python(sys.version_info[:3]),
        software.surroundings(refusals(decided=decided), taken_out(), [str(one) for one in found]),
        software.charset(os.environ, found),
        software.other_sparks(),
        software.archive(class_archive(build=False)),
        software.pandas(software.package_version("pandas")),
        software.pyarrow(software.package_version("pyarrow")),
        software.protobuf(software.package_version("protobuf")),
        machine.cores(cpus, os.cpu_count() or cpus, limit.cpus),
        machine.memory(ram.available, ram.total, limit.memory_bytes),
        machine.disk("Temporary space", machine.free_space(temp), str(temp)),
        machine.disk("Disk", machine.free_space(here), str(here)),
        machine.loopback(),
        machine.load(load_average, cpus),
    ]
    time.sleep(max(0.0, look_s - (time.monotonic() - first.monotonic)))
    last = readings.Moment.now()
    findings += [
        steadiness.clock(
            readings.drift_s(first, last),
            last.monotonic - first.monotonic,
            readings.synchronised(),
            readings.clock_source(),
        ),
        steadiness.governor(readings.governors()),
        steadiness.steal(readings.steal_share(first, last)),
        steadiness.pressure(pressure),
        leftovers(marked(), _measuring()),
    ]
    return findings


def leftovers(processes: Sequence[Marked], measuring: Holder | None) -> Finding:
    """Processes of earlier trials that still run, unless a run is measuring just now."""
    if measuring is not None:
        step = "wait for it to end: two runs would measure each other"
        return Finding("Leftovers", "warn", f"a run is measuring: {measuring}", step)
    if not processes:
        return Finding("Leftovers", "ok", "none of earlier trials")
    pids = " ".join(str(process.pid) for process in processes)
    shown = "; ".join(f"{process.pid} {process.command[:60]}" for process in processes[:3])
    more = f" and {len(processes) - 3} more" if len(processes) > 3 else ""
    value = f"{len(processes)} of earlier trials: {shown}{more}"
    return Finding("Leftovers", "warn", value, f"end them: kill -9 {pids}")


def _measuring() -> Holder | None:
    try:
        return holder()
    except EnvironmentProblem:
        return None


def _has_temp() -> bool:
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        return False
    return True
