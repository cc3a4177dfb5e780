"""Paragraphs and tables as the templates take them; the templates escape every string."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.document import text
from bench.document.parts import LEAD, Bullets, Code, Grid, Heading, Line, Part

#: Style of a line or row in a terminal to the class it has in the page.
_LOOKS = {
    "bold": "good",
    "dim": "dim",
    "yellow": "warn",
    "green": "good",
    "bold red": "bad",
    "red": "bad",
}

#: Rows of a table in a page; the rest is counted.
MOST_ROWS = 500


@dataclass(frozen=True)
class Block:
    """One paragraph, heading, list, piece of code or table; ``look`` is a class of the page."""

    kind: Literal["line", "heading", "list", "code", "table"]
    text: str = ""
    look: str = ""
    items: tuple[str, ...] = ()
    caption: str = ""
    heading: tuple[tuple[str, bool], ...] = ()
    rows: tuple[tuple[tuple[tuple[str, bool], ...], str], ...] = ()


def line(words: str, look: str = "") -> Block:
    """A paragraph."""
    return Block("line", text=text.plain(words), look=look)


def items(lines: Iterable[str]) -> list[Block]:
    """A list, or nothing."""
    found = tuple(text.plain(one) for one in lines)
    return [Block("list", items=found)] if found else []


def table(grid: Grid, caption: str = "", most: int = MOST_ROWS) -> list[Block]:
    """A table with its row styles, and how many rows were left out of it."""
    left = [name in grid.left for name in grid.heading]
    styles = grid.styles or ("",) * len(grid.rows)
    shown = list(zip(grid.rows, styles, strict=True))[:most]
    found = [
        Block(
            "table",
            look="wrap" if grid.wrap else "",
            caption=caption,
            heading=tuple(zip(grid.heading, left, strict=True)),
            rows=tuple(
                (
                    tuple((text.plain(v), side) for v, side in zip(row, left, strict=True)),
                    _LOOKS.get(style, ""),
                )
                for row, style in shown
            ),
        )
    ]
    if len(grid.rows) > most:
        found.append(line(f"{len(grid.rows) - most} more rows are not shown here.", "dim"))
    return found if grid.rows else []


def blocks(parts: Sequence[Part]) -> list[Block]:
    """What a terminal would show; a bold line right above a table becomes its caption."""
    found: list[Block] = []
    caption = ""
    for position, part in enumerate(parts):
        after = parts[position + 1] if position + 1 < len(parts) else None
        match part:
            case Grid():
                found += table(part, caption)
                caption = ""
            case Heading():
                found.append(Block("heading", text=text.plain(part.text)))
            case Bullets():
                found += items(part.items)
            case Line(style="bold") if isinstance(after, Grid):
                caption = text.plain(part.text)
            case Code():
                found.append(Block("code", text=part.text))
            case Line() if part.text.strip():
                look = "" if part.style == "bold" else _LOOKS.get(part.style, "")
                found.append(line(part.text, LEAD if LEAD in part.style else look))
    return found
