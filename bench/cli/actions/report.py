"""What ``sparkbench report`` does."""

from __future__ import annotations

from pathlib import Path

from bench.decision import DecisionView, decide, decision_view
from bench.errors import UsageError
from bench.report.bundle import render_html
from bench.results.files import atomic_write
from bench.run import Run


def make_report(
    name: str,
    out: Path | None,
    *,
    rate: str | None,
    p99: str | None,
    core_hour: str | None,
    today: str | None,
) -> None:
    """Write the page, or with no ``out`` the whole report, and print where it is.

    Raises :class:`UsageError` and :class:`bench.errors.EnvironmentProblem`.
    """
    check_file(out)
    run = Run.load(name)
    if not run.results:
        raise UsageError(f"{run.place}: no trial has ended, so there is nothing to report")
    decisions = _decisions(run, rate, p99, core_hour, today)
    if out is None:
        print(run.write_report(decisions=decisions)[0])
        return
    print(atomic_write(out, render_html(run, decisions).encode()))


def check_file(out: Path | None) -> None:
    """Refuse what cannot be a file, before anything is computed."""
    if out is None:
        return
    if out.is_dir():
        raise UsageError(f"--out {out}: is a directory; name a file, like {out / 'report.html'}")
    if not out.absolute().parent.is_dir():
        raise UsageError(f"--out {out}: its directory does not exist; make it first")


def _decisions(
    run: Run, rate: str | None, p99: str | None, core_hour: str | None, today: str | None
) -> list[DecisionView]:
    if rate is None and p99 is None:
        for option, value in (("--cost-per-core-hour", core_hour), ("--today", today)):
            if value is not None:
                raise UsageError(f"{option}: only with --rate and --p99")
        return []
    from bench.cli.actions.decide import read_setting, read_target

    target, setting = read_target(rate, p99, core_hour), read_setting(today or "")
    try:
        return [decision_view(decision) for decision in decide(run, target, setting)]
    except ValueError as error:
        raise UsageError(f"--today: {error}") from None
