"""Whatever lies in a folder: no traceback, bounded time, and what is not read is named."""

from __future__ import annotations

import ast
import io
import json
import os
import random
import statistics
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.assess.assessment import assess
from bench.assess.document import document, html, json_text, markdown
from bench.assess.sarif import sarif_text
from bench.document.terminal import print_lines
from bench.errors import UsageError
from scripts.proof.assessed import sources
from tests.long import examples

FILES = [(file.suffix, file.read_text(encoding="utf-8")) for file in sources()]
#: Pieces that upset parsers: half of something, or far too much of it.
PIECES = [*"(){}[]\"'\\_.#`\n\t\x01é😀", '"""', "=>", "//", 'f"{', "0x", "1e999999", "print x"]
PIECES += ["def ", "class ", "lambda ", "val ", "new ", "ssc.", "rdd."]
#: At most so many times what Python's own parser takes for a megabyte on this machine.
LONGEST = 5.0
MEGABYTE = 1_000_000
#: Bytes of a large file, and of a small one.
LARGE, SMALL = MEGABYTE // 2, MEGABYTE // 8


def parser_s():
    """CPU seconds that Python's own parser takes for a large file, at this moment."""
    text = max((text for kind, text in FILES if kind == ".py"), key=len)
    text *= LARGE // len(text)
    began = time.process_time()
    assert sum(1 for _node in ast.walk(ast.parse(text)))
    return time.process_time() - began


@pytest.fixture(scope="module")
def longest_s():
    """The most CPU seconds that a megabyte may take here."""
    return LONGEST * statistics.median(parser_s() for _ in range(3)) * MEGABYTE / LARGE


def everything(path):
    """Every form of an assessment; none may raise."""
    found = assess([path])
    print_lines(document(found), io.StringIO())
    assert markdown(found)
    assert html(found)
    json.loads(json_text(found))
    json.loads(sarif_text(found))
    return found


@settings(
    max_examples=examples(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32), st.integers(1, 30))
def test_mutated_sources_are_read_as_well_as_can_be(tmp_path, seed, edits):
    chance = random.Random(seed)
    suffix, text = chance.choice(FILES)
    for _ in range(edits):
        at, end = chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
        end = min(end, at + 40)
        kind = chance.random()
        if kind < 0.4:
            text = text[:at] + chance.choice(PIECES) + text[at:]
        elif kind < 0.7:
            text = text[:at] + text[end:]
        else:
            text = text[:at] + text[at:end] * 3 + text[end:]
    file = tmp_path / f"mutated{suffix}"
    file.write_text(text, encoding="utf-8", errors="replace")
    everything(file)


PYTHON = "from pyspark.streaming import StreamingContext\nssc = StreamingContext(sc, 1)\n"
STREAM = "object A { def f(s: DStream[Int]) = "
DEEP = {
    "brackets": (".py", lambda n: "x = " + "(" * n + "1" + ")" * n),
    "calls": (".py", lambda n: f"{PYTHON}ssc.textFileStream('x'){'.map(f)' * n}.pprint()\n"),
    "lambdas": (".scala", lambda n: STREAM + "s" + ".map { x => s" * n + " }" * n + " }"),
    "batches": (
        ".scala",
        lambda n: STREAM + "s.foreachRDD { r => r" + ".map { x => r" * n + " }" * n + " } }",
    ),
    "values": (".scala", lambda n: "object A { " + "val a = { " * n + "1" + " }" * n + " }"),
    "classes": (".java", lambda n: "class A { " * n + "}" * n),
    "sums": (".java", lambda n: "class A { int a = " + "1 + " * n + "1; }"),
    "names": (".py", lambda n: "a" + ".b" * n),
    "returns": (
        ".py",
        lambda n: "".join(f"def f{i}(x):\n    return f{i + 1}(x)\n" for i in range(n)),
    ),
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_neither_overflows_nor_takes_long(tmp_path, longest_s, name):
    suffix, make = DEEP[name]
    file = tmp_path / f"deep{suffix}"
    took = []
    for count in (2_000, 8_000):
        file.write_text(make(count))
        began = time.process_time()
        everything(file)
        took.append(time.process_time() - began)
    assert took[1] < longest_s
    # Linear, with room for chance: quadratic would be sixteen times as long.
    assert took[1] < 10 * took[0] + 0.5


@pytest.mark.parametrize("suffix", [".py", ".scala", ".java"])
def test_a_large_file_does_not_take_long_and_time_is_linear(tmp_path, suffix):
    text = max((text for kind, text in FILES if kind == suffix), key=len)
    file = tmp_path / f"large{suffix}"
    took = []
    for size in (SMALL, LARGE):
        file.write_text(text * (size // len(text)))
        tries, beside = [], []
        # Chance only adds, to either: the least of a few tries is what it takes.
        while len(tries) < 2 or (len(tries) < 5 and min(tries) >= LONGEST * min(beside)):
            beside.append(parser_s())  # what slows the one slows the other
            began = time.process_time()
            assert assess([file]).findings
            tries.append(time.process_time() - began)
        took.append(min(tries))
    print(f"{took[1] / min(beside):.2f} times the parser's time")
    assert took[1] < LONGEST * min(beside)
    assert took[1] < 8 * took[0]


def test_what_cannot_be_read_is_named_and_skipped(tmp_path):
    (tmp_path / "binary.py").write_bytes(b"import x\0\1\2")
    (tmp_path / "huge.scala").write_text("a" * 5_000_000)
    (tmp_path / "broken.java").write_text("} ) ] :: ?? \\\\ @@ !! ((" * 50)
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "circle.py").symlink_to(tmp_path / "circle.py")
    (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "good.py").write_text("# -*- coding: latin-1 -*-\nx = 1\n")
    (tmp_path / "old.py").write_bytes(b"# -*- coding: koi8-none -*-\nx = '\xff\xe9'\n")
    found = everything(tmp_path)
    skipped = {Path(one.path).name: one.reason for one in found.skipped}
    assert set(skipped) == {
        "binary.py", "huge.scala", "broken.java", "gone.py", "circle.py", "pipe.py",
    }  # fmt: skip
    assert "binary" in skipped["binary.py"]
    assert "more than" in skipped["huge.scala"]
    assert found.read == 4


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_and_file_are_named(tmp_path):
    (tmp_path / "closed").mkdir(mode=0)
    (tmp_path / "secret.py").write_text("x = 1")
    (tmp_path / "secret.py").chmod(0)
    assert len(everything(tmp_path).skipped) == 2


def cell(code, **more):
    return {"cell_type": "code", "source": code, **more}


SOURCE = "ssc = StreamingContext(sc, 2)\n%time x\nlines = ssc.textFileStream('in')\n"
NOTEBOOKS = {
    "four": {"nbformat": 4, "cells": [{"cell_type": "markdown", "source": "#"}, cell(SOURCE)]},
    "lists": {"cells": [cell(SOURCE.splitlines(keepends=True))], "metadata": {}},
    "three": {"worksheets": [{"cells": [{"cell_type": "code", "input": SOURCE}]}]},
    "scala": {
        "cells": [
            cell('val ssc = new StreamingContext(conf, Seconds(2))\nssc.textFileStream("in")')
        ],
        "metadata": {"kernelspec": {"name": "spylon-kernel"}},
    },
}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebooks_of_every_form_are_read_and_places_are_cells(tmp_path, name):
    file = tmp_path / "book.ipynb"
    file.write_text(json.dumps(NOTEBOOKS[name]))
    found = everything(file)
    (one,) = [one for one in found.findings if one.rule.endswith("textFileStream")]
    assert one.place.startswith("cell 1, line ")


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "null", '{"cells": 3}', '{"cells": [1]}', "[" * 100_000, '{"cells":[]'],
    ids=str.__len__,
)
def test_what_is_no_notebook_is_named(tmp_path, text):
    (tmp_path / "book.ipynb").write_text(text)
    assert everything(tmp_path).skipped[0].reason == "not a notebook that can be read"


def test_a_notebook_in_another_language_is_named(tmp_path):
    (tmp_path / "r.ipynb").write_text('{"cells": [], "metadata": {"language_info": {"name": "R"}}}')
    assert "another language" in everything(tmp_path).skipped[0].reason


@pytest.mark.parametrize("name", ["missing", "picture.png"])
def test_a_path_that_cannot_be_is_one_sentence(tmp_path, name):
    (tmp_path / "picture.png").write_bytes(b"x")
    with pytest.raises(UsageError, match=r"assess reads|give the application|it reads"):
        assess([tmp_path / name])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UsageError, match="nothing to read there"):
        assess([tmp_path / "empty"])
