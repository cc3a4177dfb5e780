"""``sparkbench capacity``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options

_Texts = list[str] | None


def capacity(
    arms: Annotated[
        _Texts,
        typer.Argument(
            metavar="ARM",
            help="Contenders: engine[:key=value,...] [dstream dstream:path=jvm structured "
            "structured:source=spooled].",
        ),
    ] = None,
    trigger: options.Triggers = None,
    cores: options.Cores = None,
    p99: Annotated[
        str | None,
        typer.Option(
            "--p99",
            metavar="TIME",
            help="End-to-end p99 that a rate must keep [3 trigger intervals, 1s at least].",
        ),
    ] = None,
    low: Annotated[
        str | None,
        typer.Option("--low", metavar="RATE", help="Where the search begins [5000]."),
    ] = None,
    high: Annotated[
        str | None, typer.Option("--high", metavar="RATE", help="Where it ends at last [10M].")
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            "--precision", metavar="RATIO", help="Between what holds and what does not [1.15]."
        ),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget",
            metavar="TIME",
            help="Time for one arm in one cell [6m, times the trigger in seconds above 1s].",
        ),
    ] = None,
    arrivals: options.Arrivals = None,
    streams: options.Streams = None,
    payload_bytes: options.PayloadBytes = None,
    payload_spread: options.PayloadSpread = None,
    keys: options.Keys = None,
    skew: options.Skew = None,
    replay: options.Replay = None,
    equal: options.Equal = None,
    master: options.Master = None,
    executors: options.Executors = None,
    listen: options.Listen = None,
    advertise: options.Advertise = None,
    job: Annotated[_Texts, typer.Option("--job", metavar="LIST", help="Jobs [echo].")] = None,
    param: options.Param = None,
    lines: options.Lines = None,
    partitions: options.Partitions = None,
    sink: options.Sinks = None,
    conf: options.Conf = None,
    warmup: Annotated[
        str | None,
        typer.Option("--warmup", metavar="TIME", help="Settling time of a measured stream [5s]."),
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option(
            "--duration", metavar="TIME", help="Least length of the window of a fresh trial [20s]."
        ),
    ] = None,
    seed: options.Seed = None,
    plan_file: options.PlanFile = None,
    runtime: options.Runtimes = None,
    filters: options.Filters = None,
    resume: options.Resume = None,
    force: Annotated[
        bool, typer.Option("--force", help="Resume on another machine, or with other code.")
    ] = False,
    wait: options.Wait = False,
    out: options.Out = None,
    json: options.Json = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the searches and the expected time.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Search the highest rate that each arm sustains.

    A rate holds when the backlog does not grow, p99 keeps its bound and nothing is lost.  Short
    trials of rising rate in one JVM say where to look; fresh trials at full length then find the
    highest rate that holds and the next one that does not.  Prints both, the rate per core, and
    latency by rate up to there, with a plot in the report.  Of a comparison's --plan it takes the
    arms, the cells and the windows, not the rates nor how often and by what it compares.

    \b
    Examples:
      sparkbench capacity
      sparkbench capacity structured --trigger 1s,5s --cores 1,2
      sparkbench capacity dstream structured --p99 2s --precision 1.05 --budget 20m
      sparkbench capacity structured --conf spark.locality.wait=0s --dry-run
      sparkbench capacity --plan plan.toml --filter arm=structured
      sparkbench capacity --resume last
    """
    from bench.cli.actions.capacity import Invocation, run_capacity

    axes = {
        "trigger": trigger,
        "cores": cores,
        "arrivals": arrivals,
        "streams": streams,
        "payload_bytes": payload_bytes,
        "payload_spread": payload_spread,
        "keys": keys,
        "skew": skew,
        "equal": equal,
        "master": master,
        "executors": executors,
        "job": job,
        "lines": lines,
        "partitions": partitions,
        "sink": sink,
    }
    search = {"low": low, "high": high, "precision": precision, "p99": p99, "budget": budget}
    settings = {
        "warmup": warmup,
        "duration": duration,
        "seed": seed,
        "listen": listen,
        "advertise": advertise,
        "replay": options.replay_file(replay),
    }
    how = Invocation(
        arms=tuple(arms or ()),
        axes=options.given(axes),
        conf=tuple(conf or ()),
        params=tuple(param or ()),
        search=options.given(search),
        settings=options.given(settings),
        plan_file=plan_file,
        filters=tuple(filters or ()),
        resume=resume,
        force=force,
        wait=wait,
        out=out,
        as_json=options.is_json(json),
        dry_run=dry_run,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
    )
    raise typer.Exit(run_capacity(how))
