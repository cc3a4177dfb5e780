"""How an injection can fail."""

from __future__ import annotations

from bench.errors import SparkbenchError


class InjectionError(SparkbenchError):
    """The fault could not be made to happen, so the trial says nothing of it."""
