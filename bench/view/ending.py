"""What stands below the table of a run that has ended: where its report is, and what to do next."""

from __future__ import annotations

import shlex
from pathlib import Path

from bench.document import text
from bench.document.parts import Line
from bench.plan.kind import kind_of
from bench.summary import notes
from bench.summary.command import without
from bench.summary.source import Source
from bench.units import format_quantity

#: Files of a report that people open, the best first.
_PAGES = ("index.html", "report.md")


def ending_lines(run: Source) -> list[Line]:
    """Where the report is and the next step, as far as there is one."""
    page, step = report_path(run), next_step(run)
    return [
        *([Line(f"Report: {text.plain(page)}")] if page is not None else []),
        *([Line(f"Next: {text.plain(step)}", "bold")] if step is not None else []),
    ]


def report_path(run: Source) -> str | None:
    """The page of the run's report, ``None`` when it has none."""
    if run.place is None:
        return None
    pages = (Path(run.place) / "report" / name for name in _PAGES)
    return next((str(page) for page in pages if page.is_file()), None)


def next_step(run: Source) -> str | None:
    """The one command that is of most use now, with its reason; ``None`` without a stored run."""
    if run.place is None:
        return None
    place = shlex.quote(run.place)
    settings = run.info.plan.get("settings", {})
    search = settings.get("capacity") or settings.get("demand") or settings.get("tune")
    if run.info.finished_at is None:
        return f"sparkbench {_command(run)} --resume {place} (it has not come to its end)"
    bad = next((r for r in run.results if r.status in ("failed", "invalid")), None)
    found = [comparison for summary in run.summaries for comparison in summary.comparisons]
    judged = any(c.verdict and c.verdict.by_launch for c in found)
    if bad is not None and not search and not (judged and all(c.ratio for c in found)):
        number = bad.trial.number
        return f"sparkbench show {place} {number} (why that trial is {bad.status})"
    if notes.is_estimate(run):
        full = without(run.info.command, "--out", "--rounds", flags=("--quick",))
        return f"{full} (this was an estimate)"
    comparisons = [c for summary in run.summaries for c in summary.comparisons]
    needed = [c.verdict.rounds_needed or 0 for c in comparisons if c.verdict is not None]
    if max(needed, default=0) > 0 and settings.get("until") is None:
        if judged:
            again = without(run.info.command, "--out", "--rounds")
            return f"{again} --rounds {max(needed)} (rounds that would probably decide)"
        rounds = f"--rounds {max(needed)} --force"
        return f"sparkbench compare --resume {place} {rounds} (rounds that would probably decide)"
    rates = [result.trial.rate_per_s for result in run.results if result.status == "ok"]
    if not rates or len(run.arms) < 2 or kind_of(run.info.plan) in ("tune", "aa"):
        return None
    rate = format_quantity(max(rates))
    return (
        f"sparkbench decide {place} --rate {rate} --p99 2s (stay or migrate, for a load and a "
        "latency of your own)"
    )


def _command(run: Source) -> str:
    """The command that goes on with the run: the one that began it."""
    words = run.info.command.split()
    return words[1] if len(words) > 1 and words[1] in ("capacity", "demand", "tune") else "compare"
