"""What `make test` tries once and `make test-all` repeats."""

from __future__ import annotations

import os

#: Whether this is `make test-all`.
LONG = os.environ.get("SPARKBENCH_LONG") == "1"


def examples(full: int) -> int:
    """How many examples hypothesis tries: ``full``, or a fourth of them."""
    return full if LONG else max(10, full // 4)
