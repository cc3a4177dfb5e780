"""The static table of the job ``enrich``: what is known of each key.  Made, not read."""

from __future__ import annotations

from collections.abc import Iterator

#: Of a key: where it belongs, and its class.
REGIONS = ("north", "east", "south", "west", "centre")
CLASSES = 3


def table_rows(keys: int) -> Iterator[tuple[str, str, int]]:
    """Rows of ``key``, ``region``, ``class`` for the first ``keys`` keys of a load."""
    for number in range(keys):
        yield f"k{number:06d}", REGIONS[number % len(REGIONS)], 1 + number % CLASSES
