"""The record of ``--fault poison``: the job's first step raises when it comes to it.

It stands in the job's own code, where a line that does not parse would: a function in Python or
Java on the DStream side, a column expression on the other, a comparison in the null engine.
"""

from __future__ import annotations

from .ledger import DIGITS

#: Key of ``Options.conf`` with the record's sequence number, in 12 digits as lines begin; empty
#: for a job that was mended.
RECORD_KEY = "sparkbench.poison.record"


class PoisonedRecord(ValueError):
    """What a job raises that cannot make anything of a record."""


def words(number: str) -> str:
    """What is said of it."""
    return f"record {number} cannot be processed (--fault poison)"


def written(number: int) -> str:
    """The number as a line begins with it."""
    return f"{number:0{DIGITS}d}"
