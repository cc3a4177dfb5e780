"""Lines to records, apart from the twins' own way."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

_STAMPED = re.compile(r"([0-9]{12}) ([0-9]{13}) ([a-z]+[0-9]*) ([0-9]+)(?: [a-z]+)?")
_REQUEST = re.compile(
    r"[0-9.]+ - - "
    r"\[([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}):([0-9]{2}):([0-9]{2}) \+0000\] "
    r'"GET [^" ]+ HTTP/1\.1" ([0-9]{3}) [0-9]+(?: "-" "[a-z]+")?'
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Stamped(NamedTuple):
    """A line of the kinds ``events`` and ``payments``: ``amount`` is a value or cents."""

    seq: str
    at_ms: int
    key: str
    amount: int


class Answer(NamedTuple):
    """A well-formed line of the kind ``weblog``."""

    at_ms: int
    status: int


def stamped(lines: Iterable[str]) -> Iterator[Stamped]:
    """The records of ``lines``, those that are none left out."""
    for line in lines:
        found = _STAMPED.fullmatch(line)
        if found:
            seq, at_ms, key, amount = found.groups()
            yield Stamped(seq, int(at_ms), key, int(amount))


def answers(lines: Iterable[str]) -> Iterator[Answer]:
    """The answers of a web server's log, malformed lines left out."""
    for line in lines:
        found = _REQUEST.fullmatch(line)
        if found:
            day, month, year, hour, minute, second, status = found.groups()
            clock = int(hour) * 3600 + int(minute) * 60 + int(second)
            midnight = datetime(int(year), 1 + _MONTHS.index(month), int(day), tzinfo=UTC)
            yield Answer((round(midnight.timestamp()) + clock) * 1000, int(status))
