"""Reads what a ``capture`` sink has written."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bench.contract.digest import Digest

#: A row: text, or a tuple of columns.
Row = Any


@dataclass(frozen=True)
class Captured:
    """Batch id to rows or digest, one of the two for all batches; ``charset`` is Java's default."""

    charset: str
    rows: dict[int, list[Row]] = field(default_factory=dict)
    digests: dict[int, Digest] = field(default_factory=dict)

    def all_rows(self) -> list[Row]:
        """The rows of all batches, in the order of their ids."""
        return [row for batch_id in sorted(self.rows) for row in self.rows[batch_id]]

    def total(self) -> Digest:
        """The digest of all batches."""
        return sum(self.digests.values(), Digest())


def read_captured(path: Path) -> Captured:
    """The content of a file; a batch written twice counts twice, as it reached the sink twice."""
    found = Captured("")
    with path.open(encoding="ascii") as lines:
        for line in lines:
            entry = json.loads(line)
            if "charset" in entry:
                # Said again where a stream was started again and went on with the file.
                found = replace(found, charset=entry["charset"])
            elif "rows" in entry:
                found.rows.setdefault(entry["batch"], []).extend(map(frozen, entry["rows"]))
            else:
                records, size, total = entry["digest"]
                digest = Digest(records, size, int(total, 16))
                found.digests[entry["batch"]] = found.digests.get(entry["batch"], Digest()) + digest
    return found


def frozen(value: Any) -> Row:
    """JSON as something that can be counted: lists and objects as tuples."""
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple((key, frozen(item)) for key, item in sorted(value.items()))
    return value
