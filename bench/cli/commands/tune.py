"""``sparkbench tune``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options

_Texts = list[str] | None


def tune(
    arm: Annotated[
        str | None, typer.Argument(metavar="ARM", help="The arm: engine[:key=value,...].")
    ] = None,
    rate: Annotated[
        _Texts, typer.Option("--rate", metavar="RATE", help="Records per second [1000].")
    ] = None,
    p99: Annotated[
        str | None,
        typer.Option("--p99", metavar="TIME", help="End-to-end p99 to keep, with the most room."),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="TIME", help="Time for search and confirmation [15m]."),
    ] = None,
    allow_weaker: Annotated[
        bool,
        typer.Option("--allow-weaker", help="Also knobs that weaken the delivery guarantee."),
    ] = False,
    trigger: Annotated[
        _Texts, typer.Option("--trigger", metavar="TIME", help="Trigger to begin with [1s].")
    ] = None,
    cores: Annotated[
        _Texts, typer.Option("--cores", metavar="N", help="Cores, '*' for all [* = all].")
    ] = None,
    arrivals: options.Arrivals = None,
    payload_bytes: options.PayloadBytes = None,
    equal: options.Equal = None,
    master: options.Master = None,
    executors: options.Executors = None,
    listen: options.Listen = None,
    advertise: options.Advertise = None,
    job: Annotated[_Texts, typer.Option("--job", metavar="JOB", help="Job to run [echo].")] = None,
    sink: Annotated[
        _Texts, typer.Option("--sink", metavar="SINK", help="drain, console, ... [drain].")
    ] = None,
    conf: options.Conf = None,
    metric: options.Metric = None,
    warmup: Annotated[
        str | None,
        typer.Option("--warmup", metavar="TIME", help="Settling time of a measured stream [3s]."),
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option("--duration", metavar="TIME", help="Least length of the window [12s]."),
    ] = None,
    seed: options.Seed = None,
    plan_file: options.PlanFile = None,
    runtime: options.Runtimes = None,
    filters: options.Filters = None,
    resume: options.Resume = None,
    force: Annotated[
        bool, typer.Option("--force", help="Resume on another machine or version.")
    ] = False,
    wait: options.Wait = False,
    out: options.Out = None,
    json: options.Json = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be tried and the expected time.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Search for better settings of an arm, and put them to the proof.

    Few, short trials look for a candidate; paired rounds beside the arm as it is judge it.
    What you set yourself (in ARM or with --conf) stays as it is.  The search ends within the
    budget; whatever looks best runs again beside the arm as it is, and only what those rounds
    uphold is called better.  Of a comparison's --plan it takes the arm, the cell and the windows.

    \b
    Examples:
      sparkbench tune structured --rate 1000 --sink console
      sparkbench tune structured:trigger=1s --rate 20k --p99 2s --budget 30m
      sparkbench tune dstream --allow-weaker
      sparkbench tune --plan plan.toml --filter arm=structured,trigger=1s --wait
      sparkbench tune --resume last
    """
    from bench.cli.actions.tune import Invocation, resume_tune, run_tune
    from bench.plan.request import Request

    as_json = options.is_json(json)
    axes = {
        "rate": rate,
        "trigger": trigger,
        "cores": cores,
        "arrivals": arrivals,
        "payload_bytes": payload_bytes,
        "equal": equal,
        "master": master,
        "executors": executors,
        "job": job,
        "sink": sink,
    }
    settings = {
        "metric": metric,
        "warmup": warmup,
        "duration": duration,
        "seed": seed,
        "listen": listen,
        "advertise": advertise,
    }
    request = Request(
        arms=() if arm is None else (arm,),
        axes=options.given(axes),
        conf=tuple(conf or ()),
        settings=options.given(settings),
        filters=tuple(filters or ()),
    )
    how = Invocation(
        request=request,
        plan_file=plan_file,
        p99=p99,
        budget=budget,
        allow_weaker=allow_weaker,
        force=force,
        wait=wait,
        out=out,
        as_json=as_json,
        dry_run=dry_run,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
    )
    raise typer.Exit(run_tune(how) if resume is None else resume_tune(resume, how))
