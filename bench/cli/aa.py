"""``sparkbench aa``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import _options as options

_Texts = list[str] | None


def aa(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="The arm: engine[:key=value,...].")],
    rounds: Annotated[
        str | None,
        typer.Option("--rounds", metavar="N", help="Trials a side and cell [10]."),
    ] = None,
    inject: Annotated[
        str | None,
        typer.Option("--inject", metavar="TIME", help="Delay one side by so much: the power."),
    ] = None,
    trigger: Annotated[
        _Texts,
        typer.Option("--trigger", metavar="LIST", help="Trigger intervals: 500ms,1s,5s [1s]."),
    ] = None,
    cores: Annotated[
        _Texts, typer.Option("--cores", metavar="LIST", help="Cores: 1,2,'*' [* = all].")
    ] = None,
    rate: Annotated[
        _Texts, typer.Option("--rate", metavar="LIST", help="Records per second: 1000,10k [1000].")
    ] = None,
    arrivals: options.Arrivals = None,
    job: Annotated[_Texts, typer.Option("--job", metavar="LIST", help="Jobs [echo].")] = None,
    param: options.Param = None,
    sink: Annotated[
        _Texts,
        typer.Option("--sink", metavar="LIST", help="drain, console, files, sqlite [drain]."),
    ] = None,
    conf: options.Conf = None,
    metric: options.Metric = None,
    warmup: Annotated[
        str | None,
        typer.Option("--warmup", metavar="TIME", help="Settling time of a measured stream [5s]."),
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option("--duration", metavar="TIME", help="Least length of the window [30s]."),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="An estimate: few, short rounds; it is not kept."),
    ] = False,
    seed: options.Seed = None,
    replay: options.Replay = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", metavar="DIR", help="Directory of the run, new or empty [runs/<date>-<n>]."
        ),
    ] = None,
    json: Annotated[
        str | None,
        typer.Option("--json", metavar="-", help="Print only JSON on standard output."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the ordered trials and the expected time.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Measure an arm against itself: how much of it is noise?

    Prints the noise floor, how often noise alone would look like a difference, and the noise
    threshold that follows, which is kept for this machine.  With --inject one side is delayed by a
    known time, and the chance to notice that is printed.

    \b
    Examples:
      sparkbench aa structured
      sparkbench aa dstream --trigger 500ms --rounds 20
      sparkbench aa structured --inject 20ms
    """
    from bench.cli._aa import aa_plan, aa_run
    from bench.cli._compare import print_dry_run
    from bench.errors import UsageError

    if json not in (None, "-"):
        raise UsageError(f"--json: '{json}' is not '-'; write --json - and redirect the output")
    axes = {
        "trigger": trigger,
        "cores": cores,
        "rate": rate,
        "arrivals": arrivals,
        "job": job,
        "sink": sink,
    }
    plan = aa_plan(
        arm,
        inject,
        axes={name: texts for name, texts in axes.items() if texts is not None},
        conf=conf or (),
        params=param or (),
        metric=metric,
        rounds=rounds,
        warmup=warmup,
        duration=duration,
        seed=seed,
        replay=None if replay is None else str(Path(replay).absolute()),
        quick=quick,
    )
    if dry_run:
        print_dry_run(plan, out, as_json=json == "-")
        return
    raise typer.Exit(aa_run(plan, out, as_json=json == "-", quiet=quiet))
