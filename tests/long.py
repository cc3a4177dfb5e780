"""What `make test` tries once and `make test-all` repeats."""

from __future__ import annotations

import os

import pytest

#: Whether this is `make test-all`.
LONG = os.environ.get("SPARKBENCH_LONG") == "1"

#: For tests that repeat at length what others ask once.
at_length = pytest.mark.skipif(not LONG, reason="repeats at length; SPARKBENCH_LONG=1 runs it")


def examples(full: int) -> int:
    """How many examples hypothesis tries: ``full``, or a fourth of them."""
    return full if LONG else max(10, full // 4)
