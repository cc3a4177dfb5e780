"""Errors that are answers: one sentence for the user, and the exit code that goes with it."""

from __future__ import annotations

from collections.abc import Iterable


class SparkbenchError(Exception):
    """Base of errors that end a command with one sentence instead of a traceback."""

    exit_code = 1


class UsageError(SparkbenchError):
    """Bad arguments, plan or path (exit code 2)."""

    exit_code = 2


class EnvironmentProblem(SparkbenchError):
    """The environment lacks something: Java, a port, a host, disk (exit code 3)."""

    exit_code = 3


def unknown(what: str, given: str, known: Iterable[str]) -> str:
    """``unknown WHAT 'given'``, the nearest known spelling, and all of them."""
    import difflib

    names = list(known)
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(given.lower(), lowered, n=1, cutoff=0.5)
    hint = f"; did you mean '{lowered[near[0]]}'?" if near else ""
    return f"unknown {what} '{given}' (known: {', '.join(names)}){hint}"
