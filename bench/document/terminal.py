"""A document on a terminal of any width; nothing is ever cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import IO

from rich.console import Console
from rich.text import Text

from bench.document import text as words
from bench.document.parts import LEAD, Bullets, Code, Grid, Heading, Image, Line, Part, Quote


def print_lines(parts: Iterable[Part], out: IO[str]) -> None:
    """Print paragraphs, wrapped, and tables; ASCII where ``out`` takes nothing else."""
    print_parts(parts, Console(file=out, highlight=False))


def print_parts(parts: Iterable[Part], console: Console) -> None:
    """The same on a console that is there already; a heading stands apart from what is above."""
    told: Callable[[str], str] = words.ascii_only if console.options.ascii_only else str
    above = ""
    for part in parts:
        laid_out = isinstance(part, Grid | Code)
        clean = words.code_line if laid_out else words.plain
        for line in _lines(part, console.width, above):
            shown = Text(told(clean(line.text)), line.style.replace(LEAD, "bold"))
            console.print(shown, highlight=False, soft_wrap=laid_out)
            above = line.text


def _lines(part: Part, width: int, above: str) -> Sequence[Line]:
    match part:
        case Grid():
            return part.lines(width)
        case Code():
            return [Line(row) for row in part.text.splitlines()]
        case Heading():
            return [*([Line("")] if above else []), Line(part.text, "bold")]
        case Bullets():
            return [Line(f"- {item}") for item in part.items]
        case Quote():
            return [Line(f"! {part.lead} {part.text}", "yellow")]
        case Image():
            return []
    return [part]
