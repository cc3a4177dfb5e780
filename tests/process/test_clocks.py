"""One clock for every wait: the monotonic one, which nobody sets."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    file
    for room in ("bench", "legacy_dstream", "structured", "scripts")
    for file in (ROOT / room).rglob("*.py")
]


def is_wall(node: ast.expr) -> bool:
    """Whether ``time.time()`` is called anywhere in it."""
    calls = (one for one in ast.walk(node) if isinstance(one, ast.Call))
    return any(ast.unparse(call.func) == "time.time" for call in calls)


def waits(tree: ast.AST) -> Iterator[int]:
    """Lines that ask the wall clock how much is left (``until - time.time()``) or over."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            if is_wall(node.right) and not is_wall(node.left):
                yield node.lineno
        elif isinstance(node, ast.Compare) and any(map(is_wall, (node.left, *node.comparators))):
            yield node.lineno


@pytest.mark.parametrize(
    "line",
    [
        "while (left_s := until - time.time()) > 0: pass",
        "while time.time() < deadline: pass",
        "time.sleep(max(t0 + seconds - time.time(), 0.0))",
    ],
)
def test_a_wait_by_the_wall_clock_is_seen(line):
    assert list(waits(ast.parse(line)))
    assert not list(waits(ast.parse(line.replace("time.time", "time.monotonic"))))


def test_no_wait_is_by_the_wall_clock():
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in FILES
        for line in waits(ast.parse(file.read_text()))
    ]
    # How long ago the engine stamped its batch, and how old a file is: no waits.
    ages = ("scripts/proof/launches.py:", "bench/runner/replays.py:")
    assert [place for place in found if not place.startswith(ages)] == []
