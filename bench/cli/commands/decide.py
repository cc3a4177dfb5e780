"""``sparkbench decide``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import _options as options


def decide(
    run: options.Run,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="RATE", help="Records per second: 1000, 10k.")
    ] = None,
    p99: options.P99Allowed = None,
    core_hour: options.CoreHour = None,
    million_requests: Annotated[
        str | None,
        typer.Option(
            "--per-million-requests",
            metavar="PRICE",
            help="Price of a million creates, renames and lists on the checkpoint: 5.00.",
        ),
    ] = None,
    today: options.Today = None,
    gate: Annotated[
        bool,
        typer.Option("--gate", help="Exit code 1 unless what is in use meets the target."),
    ] = False,
    kind: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text or md [text].")
    ] = "text",
    assessment: Annotated[
        Path | None,
        typer.Option(
            "--assessment",
            metavar="FILE",
            help="JSON of `sparkbench assess`: its effort and risks are quoted, and not weighed.",
        ),
    ] = None,
    json: options.Json = None,
) -> None:
    """Decide from a run: stay, migrate, tune first or measure more.

    The first arm of the run is the one in use.  For each arm: does it hold the load within the
    latency, with what headroom, at what CPU time and cost; of a run made with --idle also the
    slots it holds, what it takes when idle, and its checkpoint's requests.  Rates between two
    measured ones are interpolated and said to be; above the highest one held, the answer is to
    measure more.  The rule stands in docs/decide.md.

    \b
    Examples:
      sparkbench decide last --rate 20000 --p99 2s
      sparkbench decide runs/prod --rate 20k --p99 2s --cost-per-core-hour 0.05
      sparkbench decide last --rate 10k --p99 2s --per-million-requests 5.00
      sparkbench decide last --rate 5k --p99 500ms --gate
      sparkbench decide last --rate 5k --p99 500ms --assessment app.json
    """
    from bench.cli.actions.decide import run_decide

    raise typer.Exit(
        run_decide(
            run,
            rate=rate,
            p99=p99,
            core_hour=core_hour,
            million_requests=million_requests,
            today=today,
            gate=gate,
            kind=kind,
            as_json=options.is_json(json),
            assessment=assessment,
        )
    )
