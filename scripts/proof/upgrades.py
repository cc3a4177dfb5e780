"""``python -m scripts.proof.upgrades [VERSION...]``: who goes on from another Spark's checkpoint?

Each kind of job is begun on the older version, continued on the Spark of sparkbench itself, and
taken back to the older one; what comes out has to be what one uninterrupted run gives.  Without a
version also named ``changes``: what may change of a query between two starts on one Spark.  Prints
Markdown tables with the error of every "no".  Exit code 3 where an environment cannot be made.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench.child.upgrade import DSTREAMS, KINDS, LINES
from bench.contract.releases import line_of, read_version
from bench.errors import EnvironmentProblem
from bench.load.sending.process import environment
from bench.plan.arms import parse_arm
from bench.runtime.interpreter import Interpreter, own
from bench.runtime.of_arm import arm_interpreter
from bench.trial.setup import engine_environment
from scripts.proof.compat import VERSIONS, Answer, table
from scripts.proof.text import describe_machine

#: Those that are taken up to the newest and back.
OLDER = VERSIONS[:-1]

#: What the older version does not know: kind to the first release line that does.
SINCE = {"transform-state-rocksdb": "4.0"}

#: Changes that are tried on one Spark.
CHANGED = (
    *("stateless+column", "stateless+trigger", "stateless+moved"),
    *("aggregate-hdfs+column", "aggregate-hdfs+partitions", "aggregate-hdfs+trigger"),
    *("aggregate-hdfs+moved", "aggregate-hdfs+other-store", "aggregate-rocksdb+partitions"),
    *("aggregate-rocksdb+changelog", "windows-hdfs+watermark"),
)

#: How long the jobs of one step may take together.
STEP_S = 600.0

#: What of an error is another in every run.
_NAMES = re.compile(r"^\[STREAM_FAILED\] Query \[[^]]*\] terminated with exception: ")

Rows = list[list[Any]]


def expected(kind: str, step: int) -> Rows:
    """What one uninterrupted run gives in this step (of a file sink: by its end)."""
    seen = [_fields(line) for past in LINES[:step] for line in past]
    new = [_fields(line) for line in LINES[step]]
    if kind == "stateless":
        rows = [[key, n] for _side, key, n in new]
    elif kind == "dstream-stateless":
        rows = [[key, str(n)] for _side, key, n in new]
    elif kind == "file-sink":
        rows = [[key, n] for _side, key, n in seen + new]
    elif kind.startswith("dedup"):
        rows = [[key] for key in {key for _s, key, _n in new} - {key for _s, key, _n in seen}]
    elif kind.startswith("join"):
        rows = [list(pair) for pair in _pairs(seen + new) - _pairs(seen)]
    else:
        touched = seen + new if kind == "dstream-state" else new
        of_all = {key: [n for _s, k, n in seen + new if k == key] for _s, key, _n in touched}
        sums = kind.startswith(("pandas-state", "transform-state"))
        rows = [[key, sum(all_n) if sums else len(all_n)] for key, all_n in of_all.items()]
    return sorted(rows)


def _fields(line: str) -> tuple[str, str, int]:
    side, key, number = line.split(",")
    return side, key, int(number)


def _pairs(lines: Iterable[tuple[str, str, int]]) -> set[tuple[str, int, int]]:
    lines = list(lines)
    return {
        (key, left, right)
        for side, key, left in lines
        for other, same, right in lines
        if (side, other) == ("L", "R") and key == same
    }


def run_step(
    interpreter: Interpreter, folder: Path, step: int, words: Sequence[str]
) -> dict[str, Answer]:
    """Run one step of these kinds, each with its change if it has one; how each of them went."""
    result = folder / f"result-{step}.json"
    command = ["bench.child.upgrade", str(folder), str(step), str(result), *words]
    env = engine_environment("structured", interpreter)
    with (folder / f"log-{step}").open("wb") as log:
        subprocess.run(
            interpreter.command(*command),
            env=environment(env) if interpreter.code is None else env,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            timeout=STEP_S,
            check=False,
        )
    told = json.loads(result.read_text("utf-8")) if result.exists() else {}
    return {word: _answer(word, step, told.get(word)) for word in words}


def _answer(word: str, step: int, told: dict[str, Any] | None) -> Answer:
    if told is None:
        return Answer("no", "its process ended before it could say anything")
    if "error" in told:
        return Answer("no", _NAMES.sub("", told["error"]))
    wanted = expected(word.partition("+")[0], step)
    # A column that was added stands behind the others.
    rows = sorted(row[: len(wanted[0])] if wanted else row for row in told["rows"])
    if rows == wanted:
        return Answer("yes")
    return Answer("no", f"it goes on, and gives {rows} where {wanted} is right")


def up_and_back(
    older: Interpreter, newer: Interpreter, folder: Path, kinds: Sequence[str]
) -> dict[str, tuple[Answer, Answer | None]]:
    """Of each kind, whether it went up, and whether it came back; ``None``: not tried."""
    began = run_step(older, folder, 0, kinds)
    begun = [kind for kind, answer in began.items() if answer.word == "yes"]
    found: dict[str, tuple[Answer, Answer | None]] = {
        kind: (Answer("not begun", answer.reason), None) for kind, answer in began.items()
    }
    went = run_step(newer, folder, 1, begun) if begun else {}
    up = [kind for kind, answer in went.items() if answer.word == "yes"]
    back = run_step(older, folder, 2, up) if up else {}
    return found | {kind: (answer, back.get(kind)) for kind, answer in went.items()}


def kinds_of(version: str, only: Sequence[str] = ()) -> list[str]:
    """The kinds that a version can begin, those that begin with ``only`` if that is given."""
    lines = [line_of(one) for one in VERSIONS]
    since = {kind: lines.index(line) for kind, line in SINCE.items()}
    at = lines.index(line_of(version))
    known = [kind for kind in (*KINDS, *DSTREAMS) if since.get(kind, 0) <= at]
    return [kind for kind in known if kind.startswith(tuple(only) or "")]


def main(arguments: Sequence[str] | None = None) -> int:
    """Try the versions asked for and print the tables; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.upgrades", description=__doc__)
    words = f"{', '.join(OLDER)}, or changes: what may change on one Spark [all]"
    parser.add_argument("versions", nargs="*", metavar="VERSION", help=words)
    parser.add_argument("--kinds", nargs="*", default=(), help="their beginnings: dstream, join")
    asked = parser.parse_args(arguments)
    given = asked.versions or [*OLDER, "changes"]
    answers: dict[str, dict[str, Answer]] = {}
    changes: dict[str, dict[str, Answer]] = {}
    columns: list[str] = []
    try:
        # An environment as the older ones are, with all that some kind of state needs.
        newest = arm_interpreter(parse_arm(f"structured:spark={own().spark}"), "")
        for version in given:
            with tempfile.TemporaryDirectory(prefix="sparkbench-upgrades-") as name:
                folder = Path(name)
                if version == "changes":
                    begun = run_step(newest, folder, 0, CHANGED)
                    went = run_step(newest, folder, 1, CHANGED)
                    assert all(answer.word == "yes" for answer in begun.values()), begun
                    changes = {word: {"goes on": answer} for word, answer in went.items()}
                    continue
                read_version(version)
                older = arm_interpreter(parse_arm(f"structured:spark={version}"), "")
                there, again = f"{version} to {newest.spark}", f"back to {version}"
                columns += [there, again]
                tried = up_and_back(older, newest, folder, kinds_of(version, asked.kinds))
                for kind, (up, back) in tried.items():
                    found = answers.setdefault(kind, {})
                    found[there] = up
                    if back is not None:
                        found[again] = back
    except ValueError as problem:
        print(problem, file=sys.stderr)
        return 2
    except EnvironmentProblem as problem:
        print(problem, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130
    finally:
        print(describe_machine())
        if answers:
            print(f"\n{table(answers, columns)}")
        if changes:
            print(f"\n{table(changes, ['goes on'])}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
