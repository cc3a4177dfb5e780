"""What a document is made of.

A subject says what it has to say as parts, once.  A terminal shows them by
:mod:`bench.document.terminal`, Markdown by :mod:`bench.document.markdown`, a page by
``bench.report.html.blocks``.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from bench.document import text as words

_GAP = "  "

#: Narrower than this a wrapped column is no use.
_LEAST_ROOM = 24

#: The style of a line that is what the document is about.
LEAD = "lead"


@dataclass(frozen=True)
class Line:
    """One paragraph and the style it has where colours are shown; an empty one is a gap there."""

    text: str
    style: str = ""


@dataclass(frozen=True)
class Heading:
    """The title of what follows; 1 is the document's."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Bullets:
    """A list, a paragraph an item."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Code:
    """Lines to paste, of a language; they are not wrapped."""

    text: str
    language: str = ""


@dataclass(frozen=True)
class Image:
    """A picture by its title and the name of its file, beside the document."""

    title: str
    file: str


@dataclass(frozen=True)
class Quote:
    """A warning that stands out: its first word or two, and the rest."""

    lead: str
    text: str


@dataclass(frozen=True)
class Grid:
    """A table: a heading and cells of text, ``left`` the headings of columns set flush left.

    ``styles`` has one style a row, or none at all.  With ``wrap`` the last column takes the room
    that is left, in as many lines as it needs.
    """

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    left: frozenset[str] = frozenset()
    styles: tuple[str, ...] = ()
    wrap: bool = False

    def lines(self, width: int) -> list[Line]:
        """The table in ``width`` columns: a row a line, or a paragraph a row where too narrow."""
        rows = [[words.plain(cell) for cell in row] for row in self.rows]
        table = [self.heading, *rows]
        widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
        styles = self.styles or ("",) * len(self.rows)
        before = sum(widths[:-1]) + len(_GAP) * (len(widths) - 1)
        room = width - before
        if self.wrap and widths[-1] > room >= _LEAST_ROOM:
            return self._wrapped(table, [*widths[:-1], room], before)
        if widths[-1] > room:
            return [
                Line(line, style)
                for row, style in zip(rows, styles, strict=True)
                for line in self._stacked(row, width)
            ]
        return [
            Line(_row(row, widths, self._flush()), style)
            for row, style in zip(table, ("bold", *styles), strict=True)
        ]

    def _flush(self) -> list[bool]:
        return [name in self.left for name in self.heading]

    def _wrapped(
        self, table: Sequence[Sequence[str]], widths: Sequence[int], before: int
    ) -> list[Line]:
        styles = ("bold", *(self.styles or ("",) * len(self.rows)))
        lines = []
        for row, style in zip(table, styles, strict=True):
            first, *rest = textwrap.wrap(row[-1], widths[-1]) or [""]
            lines.append(Line(_row([*row[:-1], first], widths, self._flush()), style))
            lines += [Line(" " * before + words, style) for words in rest]
        return lines

    def _stacked(self, row: Sequence[str], width: int) -> list[str]:
        first, *rest = zip(self.heading, row, strict=True)
        named = ", ".join(f"{name} {value}".strip() for name, value in rest if value)
        below = textwrap.wrap(named, max(20, width), initial_indent="  ", subsequent_indent="  ")
        return [f"{first[0]} {first[1]}", *below]


Part = Line | Heading | Bullets | Code | Image | Quote | Grid


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading of its own."""

    anchor: str
    title: str
    parts: tuple[Part, ...]


def bullets(items: Sequence[str]) -> list[Part]:
    """A list, or nothing."""
    return [Bullets(tuple(items))] if items else []


def _row(cells: Sequence[str], widths: Sequence[int], flush: Sequence[bool]) -> str:
    padded = (
        text + pad if left else pad + text
        for text, width, left in zip(cells, widths, flush, strict=True)
        for pad in (" " * (width - cell_len(text)),)
    )
    return _GAP.join(padded).rstrip()
