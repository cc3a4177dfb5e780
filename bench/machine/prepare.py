"""``sparkbench doctor --prepare``: what takes long and is needed once, before anything is asked."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from bench.plan.arms import parse_arm
from bench.runtime.cds_build import class_archive
from bench.runtime.jobs import PACKAGES, compiled_package, major
from bench.runtime.of_arm import arm_interpreter

#: Exit codes: there is an archive, or there is to be none; it could not be made.
THERE, MISSING = 0, 3


def prepare(say: Callable[[str], None], spark: str | None = None, python: str | None = None) -> int:
    """Make the class archive if there is none, say so in a line, and return the exit code.

    ``spark`` is another version of Spark than the installed one; its environment is made too.
    ``python`` is the path of an interpreter of the user's, as ``--runtime NAME=PATH`` names one.
    """
    of = "" if spark is None else f":spark={spark}"
    arm = parse_arm(f"structured{of}")
    if python is not None:
        arm = replace(arm, keys={**arm.keys, "runtime": "python"})
    interpreter = arm_interpreter(arm, python or "", say)
    began = time.monotonic()
    building: list[float] = []

    def told() -> None:
        building.append(time.monotonic())
        say("Class archive: making it, once, in about a minute; JVMs then start sooner ...")

    found = class_archive(told, interpreter=interpreter)
    if found.path is None:
        say(f"Class archive: none, {found.note}; trials run without, every one alike")
        return MISSING if building else THERE
    took = f"made in {time.monotonic() - began:.0f} s, " if building else ""
    size = found.path.stat().st_size / 1e6
    say(f"Class archive: {took}{found.path} ({size:.0f} MB)")
    return THERE


def compile_jobs(say: Callable[[str], None], spark: str | None = None) -> None:
    """Compile the jobs in Scala where they are not yet, and say where they are.

    Raises :class:`bench.errors.EnvironmentProblem` where they cannot be compiled.
    """
    of = "" if spark is None else f":spark={spark}"
    interpreter = arm_interpreter(parse_arm(f"structured{of}"), "", say)
    for package, least in PACKAGES.values():
        if major(interpreter) >= least:
            jar = compiled_package(package, interpreter, say)
            say(f"Jobs in Scala: {jar} ({jar.stat().st_size / 1e3:.0f} kB)")
