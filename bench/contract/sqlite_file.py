"""The ``sqlite`` sink's file: rows and batch ids in one transaction, so that a batch counts once.

A stream that starts again may give a batch a second time.  Its id stands in the file already, put
there by the transaction that wrote its rows: the second time nothing is written.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence

from .rows import size_of

FILE_NAME = "output.sqlite"

_TABLES = (
    "CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY, records INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS results (batch INTEGER NOT NULL, value TEXT NOT NULL)",
)


class SqliteFile:
    """One database, with SQLite's default settings: each transaction is synced to the disk.

    Made again from its path when it is unpickled, as after a restart from a checkpoint.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        os.makedirs(os.path.dirname(path), exist_ok=True)
        # Batches come one after the other, yet not always in the same thread.
        self._database = sqlite3.connect(path, check_same_thread=False)
        with self._database:
            for table in _TABLES:
                self._database.execute(table)

    def __reduce__(self) -> tuple[type[SqliteFile], tuple[str]]:
        return type(self), (self._path,)

    def write(self, batch_id: int, texts: Sequence[str]) -> tuple[int, int]:
        """Store a batch unless it is there already; its records and bytes."""
        with self._database:
            new = self._database.execute(
                "INSERT OR IGNORE INTO batches VALUES (?, ?)", (batch_id, len(texts))
            )
            if new.rowcount:
                self._database.executemany(
                    "INSERT INTO results VALUES (?, ?)", ((batch_id, text) for text in texts)
                )
        return len(texts), size_of(texts)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
