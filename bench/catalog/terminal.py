"""A pair for a terminal: sides beside each other, or one below the other where it is narrow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.text import Text

from bench.catalog.align import CHANGED, LEFT, RIGHT, SAME, Pair, align, unified
from bench.catalog.entry import APIS, Entry
from bench.document.text import ascii_only, code_line, plain

#: Narrower than this, one column of code folds nearly every line.
LEAST_BESIDE = 100

_STYLES = {SAME: "", CHANGED: "yellow", LEFT: "red", RIGHT: "green", "-": "red", "+": "green"}


def print_migration(entry: Entry, console: Console, *, width: int | None) -> None:
    """Title, both sides with what differs marked, and the semantics.

    ``width`` is the room there is; ``None`` folds nothing, as for a file.
    """
    left, right = (entry.sides[engine] for engine in APIS)
    found = align(left.code, right.code)
    for part in _folded(f"{entry.info.name}: {entry.info.title}", width):
        _say(console, part, "bold")
    _say(console, "")
    names = APIS.values()
    heads = Pair(*(f"{name}  {side.path}" for name, side in zip(names, (left, right), strict=True)))
    if width is not None and width < LEAST_BESIDE:
        lines = below(found, heads, width)
    else:
        lines = beside(found, heads, width)
    for text, style in lines:
        _say(console, text, style)
    for engine, side in entry.sides.items():
        for number, line in enumerate(side.scala):
            if number == 0:
                _say(console, "")
                for part in _folded(f"{APIS[engine]} in Scala  {side.scala_path}", width):
                    _say(console, part, "bold")
            for part in _folded(line, width):
                _say(console, part)
    for label, texts in entry.notes():
        _say(console, "")
        _say(console, label, "bold")
        for words in note_lines(texts, width):
            _say(console, words)


def beside(found: Sequence[Pair], heads: Pair, width: int | None) -> Iterator[tuple[str, str]]:
    """Lines of two columns and their styles; the mark stands between the columns."""
    rows = [heads, Pair(None, None), *found]
    sides = [[pair.left or "" for pair in rows], [pair.right or "" for pair in rows]]
    if width is None:
        room = max(cell_len(code_line(line)) for line in sides[0])
    else:
        room = min(
            (width - 3) // 2,
            max(cell_len(code_line(line)) for side in sides for line in side),
        )
    for number, pair in enumerate(rows):
        mark = SAME if number < 2 else pair.mark
        style = "bold" if number == 0 else _STYLES[mark]
        left = _folded(pair.left, room)
        right = _folded(pair.right, None if width is None else room)
        for part in range(max(len(left), len(right))):
            one = left[part] if part < len(left) else ""
            other = right[part] if part < len(right) else ""
            pad = " " * (room - cell_len(one))
            yield f"{one}{pad} {mark} {other}".rstrip(), style


def below(found: Sequence[Pair], heads: Pair, width: int | None) -> Iterator[tuple[str, str]]:
    """Lines of one column and their styles, ``-`` before the first side's, ``+`` the other's."""
    room = None if width is None else width - 2
    for mark, head in (("-", heads.left), ("+", heads.right)):
        yield from ((f"{mark} {part}", f"bold {_STYLES[mark]}") for part in _folded(head, room))
    yield "", ""
    for mark, line in unified(found):
        for part in _folded(line, room):
            yield f"{mark} {part}".rstrip(), _STYLES[mark]


def note_lines(texts: dict[str, str], width: int | None) -> list[str]:
    """What both sides say under one label; once, where they say the same."""
    import textwrap

    if len(set(texts.values())) == 1 and len(texts) == len(APIS):
        said = [("", next(iter(texts.values())))]
    else:
        said = [(f"{APIS[engine]}: ", text or "nothing") for engine, text in texts.items()]
    lines: list[str] = []
    for head, text in said:
        words = plain(head + text) if not head else f"{head}{plain(text)}"
        room = 10_000 if width is None else max(40, width)
        wrapped = textwrap.wrap(
            words, room, initial_indent="  ", subsequent_indent="    ", break_long_words=False
        )
        lines += wrapped
    return lines


def _folded(line: str | None, room: int | None) -> list[str]:
    """A line in parts of at most ``room`` columns; what goes on is indented further."""
    text = code_line(line or "")
    if room is None or cell_len(text) <= room:
        return [text]
    first, *rest = chop_cells(text, room)
    indent = " " * min(room // 2, len(text) - len(text.lstrip()) + 4)
    parts = chop_cells("".join(rest), room - len(indent)) if rest else []
    return [first, *(indent + part for part in parts)]


def _say(console: Console, words: str, style: str = "") -> None:
    text = ascii_only(words) if console.options.ascii_only else words
    console.print(Text(text, style), highlight=False, soft_wrap=True)
