"""``python -m scripts.proof.assessed``: precision and recall of ``assess`` on its corpus.

The corpus in ``tests/assess/corpus`` was written for it.  A comment ``#:`` (``//:`` elsewhere) says
what is to be found in its line: ``map`` an operation or setting, ``-map`` one that is gone,
``!rule`` a fault, ``?rule`` one that asks.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench.assess.assessment import assess
from bench.assess.findings import Finding
from bench.catalog.operations import BROKEN
from scripts.proof.text import markdown_table

CORPUS = Path(__file__).resolve().parents[2] / "tests" / "assess" / "corpus"
_MARK = re.compile(r"(?:#|//): (.*)$")

#: One expectation or finding: file, line and what.
Place = tuple[str, int, str]


@dataclass
class Score:
    """What was to be found, what was, and the difference."""

    right: Counter[Place] = field(default_factory=Counter)
    missed: Counter[Place] = field(default_factory=Counter)
    wrong: Counter[Place] = field(default_factory=Counter)

    @property
    def recall(self) -> float:
        """Share of what was to be found."""
        right = self.right.total()
        return right / max(1, right + self.missed.total())

    @property
    def precision(self) -> float:
        """Share of what was found."""
        right = self.right.total()
        return right / max(1, right + self.wrong.total())


def expected(file: Path) -> Iterator[Place]:
    """What the comments of a file say."""
    for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
        mark = _MARK.search(line)
        for what in mark.group(1).split(",") if mark else ():
            yield str(file), number, what.strip()


def label(one: Finding) -> str:
    """A finding as the comments spell it."""
    name = one.rule.partition(".")[2]
    if one.rule.startswith("fault."):
        return ("!" if one.sure else "?") + name
    if one.rule.startswith("setting."):
        return one.call if one.sure else f"?{one.call}"
    if not one.sure:
        return f"?{name}"
    return f"-{name}" if one.change == BROKEN else name


def score(files: list[Path]) -> Score:
    """Assess each file by itself and hold it against its comments."""
    made = Score()
    for file in files:
        wanted = Counter(expected(file))
        found = Counter((one.path, one.line, label(one)) for one in assess([file]).findings)
        made.right += wanted & found
        made.missed += wanted - found
        made.wrong += found - wanted
    return made


def sources() -> list[Path]:
    """The corpus' sources, without the settings, which have no comments."""
    return sorted(file for file in CORPUS.rglob("*.*") if file.suffix in (".py", ".scala", ".java"))


def main(argv: list[str] | None = None) -> int:
    """Print the table; 1 where anything was missed or made up."""
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.assessed", description=__doc__)
    parser.parse_args(argv)
    rows, whole = [], Score()
    began = time.perf_counter()
    for suffix, language in ((".py", "Python"), (".scala", "Scala"), (".java", "Java")):
        files = [file for file in sources() if file.suffix == suffix]
        one = score(files)
        rows.append(_row(language, len(files), one))
        whole.right += one.right
        whole.missed += one.missed
        whole.wrong += one.wrong
    rows.append(_row("all", len(sources()), whole))
    print(markdown_table(("language", "files", "to find", "found", "precision", "recall"), rows))
    print(f"{time.perf_counter() - began:.1f} s")
    for word, places in (("missed", whole.missed), ("made up", whole.wrong)):
        for path, line, what in sorted(places):
            print(f"{word}: {Path(path).name}:{line} {what}")
    return 1 if whole.missed or whole.wrong else 0


def _row(name: str, files: int, one: Score) -> tuple[str, ...]:
    wanted = one.right.total() + one.missed.total()
    found = one.right.total() + one.wrong.total()
    return (name, str(files), str(wanted), str(found), f"{one.precision:.1%}", f"{one.recall:.1%}")


if __name__ == "__main__":
    sys.exit(main())
