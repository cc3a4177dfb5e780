"""The jobs without state: what each batch should hold, made from the lines it was made of."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.verify.references.records import stamped
from bench.verify.references.rows import Row

_CSV = re.compile(r"([0-9]{12}),(k[0-9]+),([0-9]{13}),([0-9]{3}\.[0-9]{2}),(EUR|GBP|USD),([a-z]+)")
#: As ``bench.contract.tables`` has them, said once more.
_REGIONS = ("north", "east", "south", "west", "centre")


def lines(batch: Sequence[str], params: Mapping[str, Any]) -> list[Row]:
    """The lines themselves."""
    return list(batch)


def csv_rows(batch: Sequence[str], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``seq``, ``key``, ``time``, ``value``, ``unit``, ``note``."""
    found = [match.groups() for match in map(_CSV.fullmatch, batch) if match]
    return [
        (int(seq), key, int(time), float(value), unit, note)
        for seq, key, time, value, unit, note in found
    ]


def json_rows(batch: Sequence[str], params: Mapping[str, Any]) -> list[Row]:
    """The same of objects."""
    rows = []
    for line in batch:
        try:
            rows.append(tuple(json.loads(line).values()))
        except ValueError:
            continue
    return rows


def word_counts(batch: Sequence[str], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``word``, ``count``."""
    return list(Counter(word for line in batch for word in line.split(" ") if word).items())


def top_words(batch: Sequence[str], params: Mapping[str, Any]) -> list[Row]:
    """The ``k`` rows with the largest counts, the first in the alphabet of equal ones."""
    counts = word_counts(batch, params)
    return sorted(counts, key=lambda row: (-row[1], row[0]))[: params["k"]]


def enriched(batch: Sequence[str], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``seq``, ``at_ms``, ``key``, ``value``, ``region``, ``class``."""
    rows: list[Row] = []
    for event in stamped(batch):
        number = int(event.key[1:])
        if number < params["table_keys"]:
            rows.append((*event, _REGIONS[number % 5], 1 + number % 3))
        elif params["unmatched"] == "keep":
            rows.append((*event, None, None))
    return rows
