"""What ``sparkbench jobs`` prints."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.catalog.catalog import entries, entry, groups, own_entry
from bench.catalog.entry import APIS, Entry, bounds, default
from bench.catalog.markdown import commands, inputs
from bench.cli._options import job_with_jars
from bench.contract.jobs import JOBS
from bench.document.parts import Grid, Line, Part
from bench.document.terminal import print_lines
from bench.errors import UsageError, unknown
from bench.plan.own import OwnJob
from bench.report.profiles import profile_data, profile_lines
from bench.runner.own_jobs import installed_jobs
from bench.trial.knobs import engine_profiles

_LEFT = frozenset({"job", "what it does", "reads", "module"})


def show_jobs(*, as_json: bool) -> None:
    """All jobs by group, and those that installed packages offer."""
    found, installed = entries(), installed_jobs()
    if as_json:
        _print({"jobs": [one.to_dict() for one in found], "installed": installed})
        return
    parts: list[Part] = []
    for group, members in groups(found).items():
        rows = tuple((one.info.name, inputs(one.info.inputs), one.info.title) for one in members)
        heading = ("job", "reads", "what it does")
        parts += [Line(_title(group), "bold"), Grid(heading, rows, left=_LEFT, wrap=True), Line("")]
    if installed:
        grid = Grid(("job", "module"), tuple(installed.items()), left=_LEFT)
        parts += [Line("Installed", "bold"), grid, Line("")]
    parts.append(Line("`sparkbench jobs JOB` tells more; a file of yours is a job too.", "dim"))
    print_lines(parts, sys.stdout)


def show_job(name: str, jars: Sequence[str], *, as_json: bool) -> None:
    """One job, with the JARs it needs, and the semantics of both sides.

    Raises :class:`UsageError` for no such job.
    """
    one, own = pair_named(name, jars)
    if as_json:
        _print(_data(one, own))
        return
    parts: list[Part] = [Line(f"{one.info.name}: {one.info.title}", "bold")]
    parts += [Line(words) for words in _facts(one, own)]
    if one.info.params:
        params = tuple((p.name, default(p), bounds(p), p.help) for p in one.info.params)
        parts += [Line(""), _grid(("parameter", "default", "values", "meaning"), params)]
    notes = tuple(
        (label if first else "", APIS[engine], text or "nothing is said")
        for label, texts in one.notes()
        for first, (engine, text) in _firsts(texts)
    )
    if notes:
        parts += [Line(""), _grid(("", "API", "what it means"), notes)]
    parts += [
        Line(""),
        *(Line(words, "dim") for words in _commands(name, ",".join(jars), shown=bool(one.sides))),
    ]
    print_lines(parts, sys.stdout)


def _grid(heading: tuple[str, ...], rows: tuple[tuple[str, ...], ...]) -> Grid:
    return Grid(heading, rows, left=frozenset(heading), wrap=True)


def _facts(one: Entry, own: OwnJob | None) -> list[str]:
    info = one.info
    keys = f", {info.keys:,} keys" if info.keys else ""
    facts = [f"Group {info.group}; reads {inputs(info.inputs)} of lines ({info.lines}{keys})."]
    files = {engine: side.path for engine, side in one.sides.items()}
    if own is not None and not files:
        files = dict.fromkeys(own.engines, Path(own.file).name)
    for engine, file in files.items():
        paths = own.engines[engine] if own is not None else one.paths(engine)
        facts.append(f"{APIS[engine]}: {file}, path {' or '.join(paths)}")
    return facts


def _commands(name: str, jars: str, *, shown: bool) -> list[str]:
    """``shown``: there is source to set beside each other."""
    called = shlex.quote(name) + (f" --jars {shlex.quote(jars)}" if jars else "")
    return [*commands(called), *([f"sparkbench migrate {called}"] if shown else [])]


def _firsts(texts: dict[str, str]) -> list[tuple[bool, tuple[str, str]]]:
    return [(number == 0, item) for number, item in enumerate(texts.items())]


def _data(one: Entry, own: OwnJob | None) -> dict[str, Any]:
    data = one.to_dict()
    if own is not None:
        for engine, paths in own.engines.items():
            data["sides"].setdefault(engine, {})["paths"] = list(paths)
        data |= {"file": own.file, "sha256": own.sha256, "normalise": own.normalise}
    return data


def _title(text: str) -> str:
    return text[:1].upper() + text[1:]


def _print(data: Any) -> None:
    print(json.dumps(data, indent=1, ensure_ascii=False))


#: The engines users compare, in the order they are shown.
ENGINES = ("dstream", "structured")


def print_profiles(*, as_json: bool = False) -> None:
    """Print the knobs of each profile, as tables or as JSON."""
    profiles = {engine: engine_profiles(engine) for engine in ENGINES}
    if as_json:
        print(json.dumps({"profiles": profile_data(profiles)}, indent=1, ensure_ascii=False))
        return
    from bench.document.terminal import print_lines

    print_lines(profile_lines(profiles), sys.stdout)


def pair_named(text: str, jars: Sequence[str] = ()) -> tuple[Entry, OwnJob | None]:
    """The pair, and what a user's job says of itself; :class:`UsageError` for no such job.

    ``jars`` are the JARs it needs.
    """
    text = job_with_jars(text, jars) or text
    if text in JOBS:
        return entry(text), None
    from bench.runner.own_jobs import OwnJobs, installed_jobs

    own = OwnJobs().find(text)
    if own is None:
        raise UsageError(unknown("job", text, (*JOBS, *installed_jobs())))
    if own.file.endswith(".jar"):
        return Entry(own.info, {}), own
    source = Path(own.file).read_text(encoding="utf-8", errors="replace")
    return own_entry(own.info, Path(own.file).name, source), own
