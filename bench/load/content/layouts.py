"""Where the fields of a line stand, for every kind but the plain one. Pure, without numpy.

`SEQ` is stream · 10¹⁰ + index in 12 digits. `TIME` is the event time in milliseconds since the
epoch, 13 digits: 2026-01-01T00:00:00Z plus the intended send offset, less how late the line is. A
key has at least 6 digits after its letter.

| kind | line |
|---|---|
| words | ``wKEY wKEY ...``: as many as fit, no number, which would be one word more |
| csv | ``SEQ,kKEY,TIME,ddd.dd,UNIT,note``: 100.00 to 999.99; EUR, GBP or USD; letters |
| json | the same names and values as one object, `SEQ` padded with spaces |
| events | ``SEQ TIME kKEY dddd filler``: a value from 0000 to 9999 |
| payments | ``SEQ TIME cKEY ddddddd filler``: cents, P(cents ≥ x) = 100 / x, below 10⁷ |
| weblog | the Common Log Format: host, time in whole seconds, ``GET /pKEY?n=SEQ``, status, bytes |

Malformed lines keep their size. csv: letters for the value or the time, or a comma less. json: a
bare word for the value, a quote or the closing brace missing. weblog: a quote, the status or the
opening bracket missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench.load.content.kinds import TIMED
from bench.load.content.payload import SEQUENCE_DIGITS, Payload

TIME_DIGITS = 13
UNITS = ("EUR", "GBP", "USD")
#: Statuses of a web server with their shares in percent.
STATUSES = (("200", 92), ("304", 4), ("404", 3), ("500", 1))
#: Letters of a key, by kind.
KEY_LETTERS = {kind: "k" for kind in TIMED} | {"words": "w", "payments": "c", "weblog": "p"}

#: A piece of a line: a field's name and width, or text that is the same in every line.
Piece = tuple[str, int] | str


@dataclass(frozen=True)
class Layout:
    """`template` is a whole line without its newline, `fields` maps names to column and width.

    `faults` are the ways in which a line can be malformed: column and what stands there instead.
    """

    template: str
    fields: dict[str, tuple[int, int]]
    faults: tuple[tuple[int, str], ...] = ()


def layout_of(payload: Payload) -> Layout:
    """The layout of a payload's lines; of plain ones there is none (KeyError)."""
    return _LAYOUTS[payload.lines.kind](payload)


def word_count(payload: Payload) -> int:
    """Words of a line of kind words: as many as fit, at least one."""
    return max((payload.bytes_per_line + 1) // (payload.key_digits + 2), 1)


def _words(payload: Payload) -> Layout:
    pieces: list[Piece] = []
    for number in range(word_count(payload)):
        pieces += [" " if number else "", "w", (f"word{number}", payload.key_digits)]
    return _join(pieces)


def _csv(payload: Payload) -> Layout:
    layout = _join(
        [
            *(("seq", SEQUENCE_DIGITS), ",", *_key(payload), ",", ("time", TIME_DIGITS), ","),
            *(("value", 6), ",", ("unit", 3), ","),
        ]
    )
    time, value = layout.fields["time"][0], layout.fields["value"][0]
    return _filled(
        layout, payload, "", least=1, faults=((value, "n/a"), (time - 1, ";"), (time, "x"))
    )


def _json(payload: Payload) -> Layout:
    layout = _join(
        [
            *('{"seq":', ("seq", SEQUENCE_DIGITS), ',"key":"', *_key(payload), '","time":'),
            *(("time", TIME_DIGITS), ',"value":', ("value", 6), ',"unit":"', ("unit", 3)),
            '","note":"',
        ]
    )
    value = layout.fields["value"][0]
    quote = sum(layout.fields["key"])
    filled = _filled(layout, payload, "", least=1, tail='"}')
    brace = len(filled.template) - 1
    return Layout(filled.template, filled.fields, ((value, "nan_no"), (quote, " "), (brace, " ")))


def _events(payload: Payload) -> Layout:
    number = ("number", 4)
    return _filled(_stamped(payload, number), payload, " ")


def _payments(payload: Payload) -> Layout:
    cents = ("cents", 7)
    return _filled(_stamped(payload, cents), payload, " ")


def _weblog(payload: Payload) -> Layout:
    layout = _join(
        [
            *("1", ("host0", 2), ".1", ("host1", 2), ".1", ("host2", 2), ".1", ("host3", 2)),
            *(" - - [", ("date", 11), ":", ("hour", 2), ":", ("minute", 2), ":", ("second", 2)),
            *(' +0000] "GET /', *_key(payload), "?n=", ("seq", SEQUENCE_DIGITS), ' HTTP/1.1" '),
            *(("status", 3), " ", ("size", 5)),
        ]
    )
    status, bracket = layout.fields["status"][0], layout.fields["date"][0] - 1
    faults = ((status - 2, " "), (status, "---"), (bracket, " "))
    return _filled(layout, payload, ' "-" "', least=1, tail='"', faults=faults, must=False)


def _key(payload: Payload) -> tuple[Piece, Piece]:
    return KEY_LETTERS[payload.lines.kind], ("key", payload.key_digits)


def _stamped(payload: Payload, value: Piece) -> Layout:
    head: list[Piece] = [("seq", SEQUENCE_DIGITS), " ", ("time", TIME_DIGITS), " "]
    return _join([*head, *_key(payload), " ", value])


def _join(pieces: Iterable[Piece]) -> Layout:
    template, fields = "", {}
    for piece in pieces:
        if isinstance(piece, str):
            template += piece
        else:
            name, width = piece
            fields[name] = (len(template), width)
            template += "0" * width
    return Layout(template, fields)


def _filled(
    layout: Layout,
    payload: Payload,
    before: str,
    *,
    least: int = 1,
    tail: str = "",
    faults: tuple[tuple[int, str], ...] = (),
    must: bool | None = None,
) -> Layout:
    """With a filler up to the wanted size; without `before` it is there whatever the size."""
    room = payload.bytes_per_line - len(layout.template) - len(before) - len(tail)
    if room < least and (before or must is False):
        return Layout(layout.template, layout.fields, faults)
    template = layout.template + before
    fields = {**layout.fields, "filler": (len(template), max(room, least))}
    return Layout(template + "0" * max(room, least) + tail, fields, faults)


_LAYOUTS: dict[str, Callable[[Payload], Layout]] = {
    "words": _words,
    "csv": _csv,
    "json": _json,
    "events": _events,
    "payments": _payments,
    "weblog": _weblog,
}
