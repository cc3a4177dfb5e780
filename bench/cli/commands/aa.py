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
        typer.Option("--rounds", metavar="N", help="Rounds in all [10]."),
    ] = None,
    inject: Annotated[
        str | None,
        typer.Option("--inject", metavar="TIME", help="Delay one side by so much: the power."),
    ] = None,
    trigger: options.Triggers = None,
    cores: options.Cores = None,
    rate: options.Rates = None,
    arrivals: options.Arrivals = None,
    equal: options.Equal = None,
    master: options.Master = None,
    executors: options.Executors = None,
    listen: options.Listen = None,
    advertise: options.Advertise = None,
    job: Annotated[_Texts, typer.Option("--job", metavar="LIST", help="Jobs [echo].")] = None,
    param: options.Param = None,
    sink: options.Sinks = None,
    conf: options.Conf = None,
    metric: options.Metric = None,
    warmup: options.Warmup = None,
    duration: options.Duration = None,
    age: options.Age = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Smaller: at most 2 cores and short windows."),
    ] = False,
    seed: options.Seed = None,
    replay: options.Replay = None,
    plan_file: options.PlanFile = None,
    runtime: options.Runtimes = None,
    filters: options.Filters = None,
    wait: options.Wait = False,
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
    known time, and the chance to notice that is printed.  Of a comparison's --plan it takes the
    cells and the windows.

    \b
    Examples:
      sparkbench aa structured
      sparkbench aa dstream --trigger 500ms --rounds 20
      sparkbench aa structured --inject 20ms
      sparkbench aa dstream --plan plan.toml --filter cores=2 --wait
    """
    from bench.cli.actions.aa import run_aa
    from bench.cli.actions.handling import Handling
    from bench.plan.request import Request

    axes = {
        "trigger": trigger,
        "cores": cores,
        "rate": rate,
        "arrivals": arrivals,
        "equal": equal,
        "master": master,
        "executors": executors,
        "job": job,
        "sink": sink,
    }
    settings = {
        "rounds": rounds,
        "metric": metric,
        "warmup": warmup,
        "duration": duration,
        "age": age,
        "seed": seed,
        "replay": options.replay_file(replay),
        "listen": listen,
        "advertise": advertise,
    }
    request = Request(
        arms=(arm,),
        axes=options.given(axes),
        conf=tuple(conf or ()),
        params=tuple(param or ()),
        settings=options.given(settings),
        quick=quick,
        filters=tuple(filters or ()),
    )
    how = Handling(
        plan_file=plan_file,
        wait=wait,
        out=out,
        as_json=options.is_json(json),
        dry_run=dry_run,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
    )
    raise typer.Exit(run_aa(request, inject, how))
