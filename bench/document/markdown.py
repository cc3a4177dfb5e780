"""A document as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bench.document import text
from bench.document.parts import LEAD, Bullets, Code, Grid, Heading, Image, Part, Quote

#: How a string of the document is written: as literal text, or as Markdown that it is already.
Words = Callable[[str], str]


def markdown(parts: Iterable[Part], words: Words = text.markdown) -> str:
    """The document; what users wrote is escaped, parts without words are left out."""
    blocks = (_block(part, words) for part in parts)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(part: Part, words: Words) -> str:
    match part:
        case Heading():
            return f"{'#' * part.level} {words(part.text)}"
        case Bullets():
            return "\n".join(f"- {words(item)}" for item in part.items)
        case Code():
            return text.code_block(part.text, part.language)
        case Image():
            return f"![{words(part.title)}]({part.file})"
        case Quote():
            return f"> **{part.lead}** {part.text}"
        case Grid():
            return _table(part, words)
    said = words(part.text)
    return f"**{said}**" if said and LEAD in part.style else said


def _table(grid: Grid, words: Words) -> str:
    marks = [":--" if name in grid.left else "--:" for name in grid.heading]
    rows = ["| " + " | ".join(map(words, line)) + " |" for line in (grid.heading, *grid.rows)]
    rows.insert(1, "| " + " | ".join(marks) + " |")
    return "\n".join(rows)
