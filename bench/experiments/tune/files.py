"""What a search for settings leaves in files: its report as Markdown and as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bench.document import text
from bench.document.table import markdown_table
from bench.experiments.tune.document import TuneReport, headline, notes, paste, tried_grid, weakens
from bench.experiments.tune.paste import option_lines


def tune_markdown(report: TuneReport, plot: str | None = None) -> str:
    """``tune.md``: the same for a repository or an issue."""
    plan = report.tune.plan
    blocks = [
        f"# Settings for {text.markdown(plan.arms[0].text)}",
        text.markdown(headline(report)),
        markdown_table(tried_grid(report)),
        "\n".join(f"- {text.markdown(note)}" for note in notes(report)),
    ]
    if plot is not None:
        blocks.append(f"![Latency against work rate]({plot})")
    if report.winner is not None:
        options = "\n".join(option_lines(report.winner.config))
        blocks += [f"```\n{options}\n```", f"```python\n{paste(report)}\n```"]
    return "\n\n".join(blocks) + "\n"


def tune_data(report: TuneReport) -> dict[str, Any]:
    """The report as JSON-ready data."""
    found, state = report.conclusion, report.state
    verdict = found.verdict
    return {
        "conclusion": found.word,
        "sentence": headline(report),
        "metric": found.metric.key,
        "bound_s": report.tune.search.bound_s,
        "kept_bound": found.kept_bound,
        "confirm_rounds": len(state.confirmed),
        "verdict": None
        if verdict is None
        else {
            "word": verdict.word,
            "ratio": verdict.ratio,
            "low": verdict.low,
            "high": verdict.high,
            "level": verdict.level,
        },
        "candidate": None if report.candidate is None else report.candidate.name,
        "winner": None
        if report.winner is None
        else {
            "arm": report.winner.arm,
            "settings": dict(report.winner.config),
            "options": option_lines(report.winner.config),
            "python": paste(report),
            "weakens_guarantee": weakens(report.tune, report.winner.config),
        },
        "tried": [{**vars(t), "config": dict(t.config)} for t in report.tried],
    }


#: The plot of the front, which the run's report draws.
PLOT = "tune-front.png"


def tune_files(report: TuneReport, folder: Path) -> dict[str, bytes]:
    """What the report in ``folder`` has besides; without figures there is no plot to show."""
    plot = PLOT if (folder / PLOT).exists() else None
    return {"tune.md": tune_markdown(report, plot).encode()}
