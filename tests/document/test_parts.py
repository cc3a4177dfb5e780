"""Plain tables: nothing cut off, whatever the width."""

from __future__ import annotations

import io
import re

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from bench.document.markdown import markdown
from bench.document.parts import Bullets, Grid, Heading, Image, Line, Part
from bench.document.terminal import print_lines

WORD = st.text(st.characters(categories=["L", "N"], max_codepoint=0x2FF), min_size=1, max_size=30)
GRID = Grid(("cell", "p99"), (("a", "1 ms"), ("long name", "12 ms")), frozenset({"cell"}))


def test_columns_are_aligned():
    assert [line.text for line in GRID.lines(80)] == [
        "cell         p99",
        "a           1 ms",
        "long name  12 ms",
    ]


def test_too_narrow_a_width_gives_a_paragraph_a_row():
    assert [line.text for line in GRID.lines(15)] == [
        "cell a",
        "  p99 1 ms",
        "cell long name",
        "  p99 12 ms",
    ]


@given(
    st.lists(st.tuples(WORD, WORD, WORD), min_size=1, max_size=5),
    st.integers(10, 200),
    st.booleans(),
)
def test_every_word_is_there_at_every_width(rows, width, wrap):
    grid = Grid(("one", "two", "three"), tuple(rows), wrap=wrap)
    shown = "".join(re.sub(r"\s", "", line.text) for line in grid.lines(width))
    for row in rows:
        assert all(word in shown for word in row)


@given(st.lists(st.tuples(WORD, WORD), min_size=1, max_size=5), st.integers(60, 120))
def test_what_fits_is_a_line_a_row_within_the_width(rows, width):
    grid = Grid(("one", "two"), tuple(rows))
    lines = grid.lines(width + 10)
    assert len(lines) == 1 + len(rows)
    assert all(cell_len(line.text) <= width + 10 for line in lines)


def test_the_last_column_wraps_under_itself():
    grid = Grid(("run", "answer"), (("a", "word " * 12),), frozenset({"run", "answer"}), wrap=True)
    lines = [line.text for line in grid.lines(40)]
    assert lines[1].startswith("a    word")
    assert lines[2].startswith("     word")
    assert all(len(line) <= 40 for line in lines)


def test_markdown_escapes_what_users_wrote():
    table = markdown([Grid(("arm", "p99"), (("a|b <b>", "1"),), frozenset({"arm"}))])
    assert table.splitlines() == [r"| arm | p99 |", "| :-- | --: |", r"| a\|b &lt;b&gt; | 1 |"]


def test_a_heading_stands_apart_and_a_list_has_its_marks():
    parts: list[Part] = [
        Heading("a", 1),
        Line("b"),
        Heading("c"),
        Bullets(("d", "e")),
        Line(""),
        Heading("f"),
    ]
    out = io.StringIO()
    print_lines([*parts, Image("g", "g.png")], out)
    assert out.getvalue() == "a\nb\n\nc\n- d\n- e\n\nf\n"
    assert markdown(parts) == "# a\n\nb\n\n## c\n\n- d\n- e\n\n## f\n"


def test_an_ascii_output_takes_it():
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="ascii")
    print_lines([Line("Größe ×"), Grid(("ü",), (("–",),))], out)
    out.flush()
    assert b"Gr" in raw.getvalue()
