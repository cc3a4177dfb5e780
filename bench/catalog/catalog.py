"""The whole catalogue, read from the job files of the engine packages."""

from __future__ import annotations

import ast
import contextlib
import importlib.util
from dataclasses import replace
from functools import cache
from pathlib import Path

from bench.catalog.entry import APIS, Entry
from bench.catalog.side import Side, function_side, method_side, scala_code, side_of
from bench.contract import ENGINE_MODULES
from bench.contract.jobs import JOBS, JobInfo
from bench.contract.jvm import BUILDERS as JVM_BUILDERS
from bench.contract.own.info import BUILDERS
from bench.errors import UsageError, unknown

#: What a user's file may have beside the function that builds a side.
_BESIDE = {"structured": ("per_batch",)}
_JVM_BESIDE = {"structured": ("perBatch",)}

#: Suffix of a file to the language that its text is read as, where that is not Python.
LANGUAGES = {"scala": "scala", "java": "java"}


def entries() -> list[Entry]:
    """Every pair, in the order of the table of jobs."""
    return [entry(name) for name in JOBS]


def entry(name: str) -> Entry:
    """The pair of that name; :class:`UsageError` where there is none."""
    if name not in JOBS:
        raise UsageError(unknown("job", name, tuple(JOBS)))
    sides = {engine: side for engine in APIS if (side := _side(engine, name)) is not None}
    return Entry(JOBS[name], sides)


def own_entry(info: JobInfo, path: str, source: str) -> Entry:
    """The pair in a user's file, as far as it has both sides."""
    language = LANGUAGES.get(path.rpartition(".")[2])
    if language is not None:
        sides = {}
        for engine, name in JVM_BUILDERS.items():
            with contextlib.suppress(KeyError):
                beside = _JVM_BESIDE.get(engine, ())
                sides[engine] = method_side(path, source, language, (name, *beside))
        return Entry(info, sides)
    tree = ast.parse(source, path)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    sides = {
        engine: function_side(path, source, (name, *_BESIDE.get(engine, ())))
        for engine, name in BUILDERS.items()
        if name in defined
    }
    return Entry(info, sides)


def groups(found: list[Entry]) -> dict[str, list[Entry]]:
    """Entries by group, both in the order in which they come."""
    grouped: dict[str, list[Entry]] = {}
    for one in found:
        grouped.setdefault(one.info.group, []).append(one)
    return grouped


def _side(engine: str, name: str) -> Side | None:
    package = ENGINE_MODULES[engine].partition(".")[0]
    for folder in _folders(package):
        file = folder / "jobs" / f"{name}.py"
        if not file.is_file():
            continue
        side = side_of(f"{package}/jobs/{name}.py", file.read_text(encoding="utf-8"))
        scala = folder / "scala" / "jobs" / f"{name}.scala"
        if not scala.is_file():
            return side
        code = scala_code(scala.read_text(encoding="utf-8"))
        return replace(side, scala=code, scala_path=f"{package}/scala/jobs/{name}.scala")
    return None


@cache
def _folders(package: str) -> tuple[Path, ...]:
    # Only a top-level name is looked up: that finds the folder and runs none of its code.
    spec = importlib.util.find_spec(package)
    return tuple(Path(folder) for folder in (spec and spec.submodule_search_locations) or ())
