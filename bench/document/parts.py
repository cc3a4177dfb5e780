"""What a document is made of, and how it reads as Markdown.

A subject says what it has to say as parts, once.  A terminal shows them by
:func:`bench.document.table.print_parts`, a page by ``bench.report.html.blocks``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bench.document import text
from bench.document.table import CODE, Bullets, Grid, Heading, Line, markdown_table


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


Part = Line | Grid | Heading | Bullets | Image | Quote


@dataclass(frozen=True)
class Section:
    """A part of a page with a heading of its own; lines of style "small" explain a table."""

    anchor: str
    title: str
    parts: tuple[Part, ...]


def markdown(parts: Iterable[Part]) -> str:
    """The document as Markdown; what users wrote is escaped, parts without words are left out."""
    blocks = (_block(part) for part in parts)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(part: Part) -> str:
    match part:
        case Heading():
            return f"{'#' * part.level} {text.markdown(part.text)}"
        case Bullets():
            return "\n".join(f"- {text.markdown(item)}" for item in part.items)
        case Image():
            return f"![{text.markdown(part.title)}]({part.file})"
        case Quote():
            return f"> **{part.lead}** {part.text}"
        case Grid():
            return markdown_table(part)
        case Line(style=style) if style == CODE:
            return text.code_block(part.text)
    return text.markdown(part.text)
