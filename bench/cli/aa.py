"""``sparkbench aa``."""

from __future__ import annotations

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
    trigger: options.Triggers = None,
    cores: options.Cores = None,
    rate: options.Rates = None,
    arrivals: options.Arrivals = None,
    job: Annotated[_Texts, typer.Option("--job", metavar="LIST", help="Jobs [echo].")] = None,
    param: options.Param = None,
    sink: options.Sinks = None,
    conf: options.Conf = None,
    metric: options.Metric = None,
    warmup: options.Warmup = None,
    duration: options.Duration = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="An estimate: few, short rounds; it is not kept."),
    ] = False,
    seed: options.Seed = None,
    replay: options.Replay = None,
    runtime: options.Runtimes = None,
    out: options.Out = None,
    json: options.Json = None,
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

    as_json = options.is_json(json)
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
        axes=options.given(axes),
        conf=conf or (),
        params=param or (),
        metric=metric,
        rounds=rounds,
        warmup=warmup,
        duration=duration,
        seed=seed,
        replay=options.replay_file(replay),
        runtimes=runtime or (),
        quick=quick,
    )
    if dry_run:
        print_dry_run(plan, out, as_json=as_json)
        return
    raise typer.Exit(aa_run(plan, out, as_json=as_json, quiet=quiet))
