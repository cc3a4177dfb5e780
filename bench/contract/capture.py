"""What the ``capture`` sinks of the engines write, for the harness to compare.

A file of JSON lines in ASCII: first ``{"charset": ...}``, the charset Java uses unless told which,
then a line a batch, complete before the batch is reported.  ``{"batch": id, "rows": [...]}`` holds
every row, ``{"batch": id, "digest": [records, bytes, total]}`` a digest, ``total`` in hexadecimal.
A row that is text stands as a JSON string, a surrogate escaped, so that nothing of it is lost; a
row of several columns is a list.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .digest import ENCODING, ERRORS, Digest, digest_of

#: Keys of ``Options.conf``: path of the file to write, and ``rows`` or ``digest``.
FILE_KEY = "sparkbench.capture.file"
KIND_KEY = "sparkbench.capture.kind"

ROWS, DIGEST = "rows", "digest"

Counts = tuple[int, int]


class CaptureFile:
    """Appends batches to a file; each is complete when the call returns.

    Opened again when it is unpickled, as after a restart from a checkpoint.
    """

    def __init__(self, conf: Mapping[str, str], charset: str) -> None:
        self.whole = conf[KIND_KEY] == ROWS
        self._again = ({key: conf[key] for key in (FILE_KEY, KIND_KEY)}, charset)
        self._file = open(conf[FILE_KEY], "ab", buffering=0)  # noqa: SIM115 - the stream's life long
        self._write({"charset": charset})

    def __reduce__(self) -> tuple[type[CaptureFile], tuple[dict[str, str], str]]:
        return type(self), self._again

    def rows(self, batch_id: int, rows: Sequence[Any]) -> Counts:
        """Write every row of a batch; its records and bytes (of rows that are text)."""
        self._write({"batch": batch_id, "rows": rows})
        texts = (row for row in rows if isinstance(row, str))
        return len(rows), sum(len(text.encode(ENCODING, ERRORS)) for text in texts)

    def digest(self, batch_id: int, digest: Digest) -> Counts:
        """Write the digest of a batch; its records and bytes."""
        self._write({"batch": batch_id, "digest": [digest.records, digest.size, hex(digest.total)]})
        return digest.records, digest.size

    def texts(self, batch_id: int, texts: Sequence[str]) -> Counts:
        """Write a batch that is at hand as a whole, in the way the file is kept."""
        if self.whole:
            return self.rows(batch_id, texts)
        return self.digest(batch_id, digest_of(texts))

    def _write(self, entry: Mapping[str, Any]) -> None:
        self._file.write(json.dumps(entry, default=str).encode("ascii") + b"\n")
