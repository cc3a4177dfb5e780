"""What can go wrong with a load, each as one sentence."""

from __future__ import annotations

from bench.errors import EnvironmentProblem, SparkbenchError, UsageError


class LoadError(SparkbenchError):
    """The generator failed, ended early or did not answer in time."""

    exit_code = 4


class ListenError(LoadError, EnvironmentProblem):
    """The generator cannot listen where it was told to (exit code 3)."""

    exit_code = 3


class PortInUse(ListenError):
    """Another program listens on a port the generator was told to use (exit code 3)."""


class ReplayError(UsageError, ValueError):
    """A replay file is missing, empty, unreadable or lacks timestamps (exit code 2)."""
