"""What ``sparkbench show`` prints."""

from __future__ import annotations

import sys
from pathlib import Path

from bench.document import text
from bench.document.parts import Line, Part
from bench.document.terminal import print_lines
from bench.errors import UsageError
from bench.experiments.runs import runs_grid, trials_grid
from bench.report.trial import trial_parts
from bench.results.locate import RUNS_DIR, list_runs
from bench.results.store import RunStore
from bench.run import Run
from bench.units import parse_count

#: Runs listed without --all.
_LATEST = 20


def show_runs(*, everything: bool) -> None:
    """One line a run in ``runs/``, the latest last, and a sentence for each that is damaged."""
    found, problems = list_runs(RUNS_DIR)
    shown = found if everything else found[-_LATEST:]
    parts: list[Part] = []
    if shown:
        loaded = [(path.name, Run.load(path)) for path, _info in shown]
        parts.append(runs_grid(loaded))
    else:
        parts.append(Line(f"There is no run in {RUNS_DIR} yet; `sparkbench compare` makes one."))
    if len(found) > len(shown):
        parts.append(Line(f"{len(found) - len(shown)} earlier runs; --all lists them.", "dim"))
    parts += [Line(f"! {text.plain(problem)}", "yellow") for problem in problems]
    print_lines(parts, sys.stdout)


def show_run(name: str) -> None:
    """The summary as at the end of the run, and its trials."""
    from rich.console import Console

    from bench.report.terminal import print_summary

    run = Run.load(name)
    print_summary(run, Console(file=sys.stdout))
    parts: list[Part] = []
    if run.results:
        parts += [Line(""), trials_grid(run)]
    print_lines(parts, sys.stdout)


def show_trial(name: str, number: str, batches: str) -> None:
    """One trial; raises :class:`UsageError` when there is none of that number."""
    most = _most(batches)
    run = Run.load(name)
    try:
        wanted = parse_count(number)
    except ValueError as error:
        raise UsageError(f"TRIAL: {error}") from None
    result = next((r for r in run.results if r.trial.number == wanted), None)
    if result is None:
        last = max((r.trial.number for r in run.results), default=0)
        have = f"its trials are 1 to {last}" if last else "it has none yet"
        raise UsageError(f"{run.place}: there is no trial {wanted}; {have}")
    assert run.path is not None
    logs = _logs(RunStore(run.path, run.info), wanted, result.trial.attempt)
    print_lines(trial_parts(result, logs, most=most), sys.stdout)


def _most(batches: str) -> int:
    if batches == "all":
        return sys.maxsize
    try:
        return parse_count(batches)
    except ValueError as error:
        raise UsageError(f"--batches: {error}; or all") from None


def _logs(store: RunStore, number: int, attempt: int) -> list[Path]:
    """What the trial's processes said, as far as they said anything."""
    log = store.log_path(number, attempt, make=False)
    folder = log.with_suffix("")
    return [*([log] if log.is_file() else []), *sorted(folder.glob("*.log"))]
