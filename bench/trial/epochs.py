"""Batch records of continuous mode, from the tables that its console sink prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bench.contract import BatchRecord


class Epochs:
    """Turns each printed epoch of stream ``name`` into a ``batch`` event.

    Epochs follow one another without a gap and their rows come in order of arrival (the source has
    one partition), so a running sum tells which records an epoch is made of.  An epoch begins when
    the one before it was printed, so its batch time is its length; there are no phases.
    """

    def __init__(self, name: str, put: Callable[[dict[str, Any]], None]) -> None:
        self._name = name
        self._put = put
        self._next: int | None = None
        self._last = 0.0

    def __call__(self, epoch: int, rows: int, at: float) -> None:
        """Epoch ``epoch`` was printed whole at ``at`` (Unix s)."""
        if self._next is None:
            if epoch != 0:
                return  # the last words of the stream before
            self._next, self._last = 0, at
        record = BatchRecord(
            batch_id=epoch,
            ranges=((0, self._next, rows),),
            planned_start=self._last,
            started=self._last,
            visible=at,
            finished=at,
            phases={},
            processed_records=rows,
        )
        self._next += rows
        self._last = at
        self._put({**record.to_event(), "name": self._name})
