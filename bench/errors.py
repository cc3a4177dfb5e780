"""Errors that are answers: one sentence for the user, and the exit code that goes with it."""

from __future__ import annotations


class SparkbenchError(Exception):
    """Base of errors that end a command with one sentence instead of a traceback."""

    exit_code = 1


class UsageError(SparkbenchError):
    """Bad arguments, plan or path (exit code 2)."""

    exit_code = 2


class EnvironmentProblem(SparkbenchError):
    """The environment lacks something: Java, a port, a host, disk (exit code 3)."""

    exit_code = 3
