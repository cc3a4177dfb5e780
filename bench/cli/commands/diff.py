"""``sparkbench diff``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options

_FAIL_ON = ("none", "slower")
_FORMATS = ("text", "md", "json")


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The earlier run: a path, or last.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The later run: a path, or last.")],
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", metavar="WHAT", help="slower: exit code 1 on a regression; none [none]."
        ),
    ] = "none",
    metric: options.Metric = None,
    threshold: Annotated[
        str | None,
        typer.Option(
            "--threshold", metavar="RATIO", help="What counts as noise [1.05, or what aa found]."
        ),
    ] = None,
    ratios: Annotated[
        bool,
        typer.Option("--ratios", help="Compare each arm's ratio to the baseline (two machines)."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Compare runs that are not comparable.")
    ] = False,
    kind: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, md or json [text].")
    ] = "text",
) -> None:
    """Compare two runs, cell by cell: did it get slower?

    Runs must have the same plan, machine and job; another version of Spark is what one wants to
    see.  Rounds of different runs are not paired, so small changes take more rounds than in
    compare.

    \b
    Examples:
      sparkbench diff runs/2026-10-01-1 last
      sparkbench diff runs/main runs/branch --fail-on slower
      sparkbench diff before after --format md >> "$GITHUB_STEP_SUMMARY"
    """
    import json
    import sys

    from bench.cli._words import one_of, read_threshold
    from bench.diff.diff import diff_runs
    from bench.diff.document import diff_data, diff_lines, diff_markdown, gate_sentence
    from bench.document.terminal import print_lines
    from bench.errors import UsageError
    from bench.machine.noise import machine_threshold
    from bench.plan.kind import kind_of
    from bench.plan.precision import read_metric
    from bench.run import Run
    from bench.stats.metrics import HEADLINE, METRICS
    from bench.stats.rule import THRESHOLD

    one_of("--fail-on", fail_on, _FAIL_ON)
    one_of("--format", kind, _FORMATS)
    chosen = METRICS[HEADLINE if metric is None else read_metric(metric)]
    limit = None if threshold is None else read_threshold(threshold)
    runs = Run.load(before), Run.load(after)
    for run in runs:
        if kind_of(run.info.plan) == "capacity":
            raise UsageError(
                f"{run.place}: a search for capacity, whose trials pair with none; "
                "`sparkbench export --what capacity` gives its table"
            )
    learned = None
    if limit is None and not ratios:
        learned = machine_threshold(runs[0].info.environment, runs[0].arms, chosen.key)
    found = diff_runs(
        *runs,
        chosen,
        threshold=limit or max(THRESHOLD, learned or 0.0),
        learned=learned is not None and learned > THRESHOLD,
        ratios=ratios,
        force=force,
    )
    gate = gate_sentence(found) if fail_on == "slower" else None
    if kind == "json":
        print(json.dumps(diff_data(found, gate), indent=1, ensure_ascii=False, allow_nan=False))
    elif kind == "md":
        print(diff_markdown(found, gate), end="")
    else:
        print_lines(diff_lines(found, gate), sys.stdout)
    raise typer.Exit(1 if gate is not None and found.gate_failed else 0)
