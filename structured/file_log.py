"""Which files, and so which records, a batch of the file source was made of.

Its offset counts entries of a log that it keeps in the checkpoint, ``sources/N/ENTRY``: a line with
the version, then a JSON object a file.  Every tenth entry holds all earlier ones as well
(``CompactibleFileStreamLog``), so the number in each object is what counts.
"""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.contract.files import Range, ranges_of


class FileLog:
    """The logs of one query's file sources; without a checkpoint folder nothing is known."""

    def __init__(self, checkpoint_dir: str | None) -> None:
        self._checkpoint_dir = checkpoint_dir

    def ranges(self, sources: Sequence[Mapping[str, Any]]) -> tuple[Range, ...]:
        """Records of the files that ``sources``, as a progress tells of them, have taken in."""
        names: list[str] = []
        for number, source in enumerate(sources):
            first, last = _entry(source["startOffset"]) + 1, _entry(source["endOffset"])
            for entry in range(first, last + 1):
                names += self._files(number, entry)
        return ranges_of(names)

    def _files(self, source: int, entry: int) -> Iterator[str]:
        if self._checkpoint_dir is None:
            return
        place = os.path.join(glob.escape(self._checkpoint_dir), "sources", str(source), str(entry))
        for path in glob.glob(place) or glob.glob(place + ".compact"):
            with open(path, encoding="utf-8") as lines:
                next(lines)
                for line in lines:
                    file = json.loads(line)
                    if int(file["batchId"]) == entry:
                        yield str(file["path"])


def _entry(offset: Any) -> int:
    """The log entry an offset stands for, −1 before the first."""
    if offset is None:
        return -1
    value = json.loads(offset) if isinstance(offset, str) else offset
    return int(value["logOffset"]) if isinstance(value, Mapping) else int(value)
