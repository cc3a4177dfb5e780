"""From lines to records: what the jobs with typed input begin with.

Lines that are none of the kind are left out; ``parse_csv`` and ``parse_json`` show how to count
them aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

#: Common Log Format, as Apache and nginx write it: when, and with which status a request was
#: answered.  A virtual host may stand before it, a user be of several words or none, a quote within
#: the request be escaped, and a dash stand for no bytes.
REQUEST = re.compile(
    r"^[^ ]+ [^ ]+ [^\[]+ "
    r"\[([0-9]{2}/[A-Z][a-z]{2}/[12][0-9]{3}:[0-9]{2}:[0-9]{2}:[0-9]{2} "
    r"[+-](?:0[0-9]|1[0-7])[0-5][0-9])\] "
    r'"[^"\\]*(?:\\[^\n][^"\\]*)*" ([0-9]{3}) (?:[0-9]+|-)(?: |$)'
)
WHEN = "%d/%b/%Y:%H:%M:%S %z"

#: Whole numbers are plain ASCII digits on either side: Python's ``int`` and Spark's casts each take
#: more, and not the same (``1_000``, spaces, digits of other scripts).  Milliseconds to the year
#: 5138, and values of which some thousands can be added up within 64 bits.
WHOLE = r"[+-]?[0-9]{1,14}"

#: Columns between single spaces: of an event ``seq``, ``at_ms``, ``key`` and ``value``, and more.
EVENT = re.compile(rf"([^ ]*) ({WHOLE}) ([^ ]*) ({WHOLE})(?: |\Z)")


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
    found = EVENT.match(line)
    if found is not None:
        yield Event(found[1], int(found[2]), found[3], int(found[4]))


def read_payment(line: str) -> Iterator[Payment]:
    """The payment a line holds, or nothing."""
    found = EVENT.match(line)
    if found is not None:
        _seq, at_ms, card, cents = found.groups()
        yield Payment(int(at_ms), card, int(cents))


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
