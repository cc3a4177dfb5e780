"""What every sink is: the output of one stream, and what it counted of each batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Optional

from bench.contract import Options

Counts = tuple[int, int]


#: A job's ``per_batch``: from a batch's frame and number to what is written.
Each = Optional[Callable[[Any, int], Any]]


class Sink:
    """The output of one query, and what it counted of each batch."""

    #: Its own writer takes rows that never change; others are written batch by batch.
    append_only = False

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        """A ``DataStreamWriter`` for ``result``, ready to start.

        With ``each``, what it makes of every batch is written instead.
        """
        raise NotImplementedError

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        """Records and bytes written in the batch; ``None`` where nothing counts them."""
        return None
