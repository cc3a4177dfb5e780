"""The offset: one number that only grows, the bytes before it, and the spool it counts in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .errors import SpoolError
from .segments import Mark


@dataclass(frozen=True)
class Offset:
    """A place in a spool as Spark stores it.

    ``mark.position`` is the offset; ``mark.records`` follows from it, and tells without the spool
    which records a batch was made of.  ``peer`` is where lines came from when it was made.
    """

    spool: str
    mark: Mark
    peer: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data for Spark's offset log and progress."""
        return {
            "spool": self.spool,
            "bytes": self.mark.position,
            "records": self.mark.records,
            "peer": self.peer,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Offset:
        """The inverse of :meth:`to_dict`; raises :class:`SpoolError` for anything else."""
        try:
            mark = Mark(int(data["bytes"]), int(data["records"]))
            return cls(str(data["spool"]), mark, str(data["peer"]))
        except (KeyError, TypeError, ValueError):
            raise SpoolError(
                f"the checkpoint holds {data!r:.80}, which is no offset of a spooled socket: it "
                "belongs to a query with another source"
            ) from None


def must_be_of(offset: Offset, spool: str, folder: object) -> None:
    """Raise where an offset counts in another spool than ``spool``, which lies in ``folder``."""
    if offset.spool != spool:
        raise SpoolError(
            f"the checkpoint belongs to the spool {offset.spool}, and {folder} holds the spool "
            f"{spool}: give the query the path it had, or start with a new checkpoint"
        )
