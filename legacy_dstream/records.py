"""From lines to records: what the jobs with typed input begin with.

Lines that are none of the kind are left out; ``parse_csv`` and ``parse_json`` show how to count
them aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

#: Common Log Format: when, and with which status a request was answered.
REQUEST = re.compile(r'^[^ ]+ [^ ]+ [^ ]+ \[([^\]]+)\] "[^"]*" ([0-9]{3}) [0-9]+')
WHEN = "%d/%b/%Y:%H:%M:%S %z"


class Event(NamedTuple):
    """Something that happened to ``key`` at ``at_ms`` (ms since the epoch)."""

    seq: str
    at_ms: int
    key: str
    value: int


class Payment(NamedTuple):
    """A card was charged so many ``cents``."""

    at_ms: int
    card: str
    cents: int


class Request(NamedTuple):
    """A web server answered with ``status``."""

    at_ms: int
    status: int


def events(lines: Any) -> Any:
    """A DStream of :class:`Event` from lines of the kind ``events``."""
    return lines.flatMap(read_event)


def payments(lines: Any) -> Any:
    """A DStream of :class:`Payment` from lines of the kind ``payments``."""
    return lines.flatMap(read_payment)


def requests(lines: Any) -> Any:
    """A DStream of :class:`Request` from lines of the kind ``weblog``."""
    return lines.flatMap(read_request)


def read_event(line: str) -> Iterator[Event]:
    """The event a line holds, or nothing."""
    fields = line.split(" ")
    try:
        yield Event(fields[0], int(fields[1]), fields[2], int(fields[3]))
    except (IndexError, ValueError):
        return


def read_payment(line: str) -> Iterator[Payment]:
    """The payment a line holds, or nothing."""
    fields = line.split(" ")
    try:
        yield Payment(int(fields[1]), fields[2], int(fields[3]))
    except (IndexError, ValueError):
        return


def read_request(line: str) -> Iterator[Request]:
    """The request a line holds, or nothing."""
    found = REQUEST.match(line)
    if found is None:
        return
    try:
        at = datetime.strptime(found.group(1), WHEN)
    except ValueError:
        return
    yield Request(round(at.timestamp() * 1000), int(found.group(2)))
