"""``sparkbench demand``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options

_Texts = list[str] | None


def demand(
    arms: Annotated[
        _Texts,
        typer.Argument(
            metavar="ARM",
            help="Contenders: engine[:key=value,...] [dstream dstream:path=jvm structured "
            "structured:source=spooled].",
        ),
    ] = None,
    trigger: options.Triggers = None,
    rate: options.Rates = None,
    cores: Annotated[
        _Texts,
        typer.Option(
            "--cores",
            metavar="LIST",
            help="Numbers of cores to search among [each from 1 to all of this machine's].",
        ),
    ] = None,
    p99: Annotated[
        str | None,
        typer.Option(
            "--p99",
            metavar="TIME",
            help="End-to-end p99 to be kept [3 trigger intervals, 1s at least].",
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
            "--duration", metavar="TIME", help="Least length of the window of a trial [20s]."
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
    """Search the least cores that hold a rate: the inverse of capacity.

    A number of cores holds the rate when the backlog does not grow, p99 keeps its bound and nothing
    is lost: the rule of `sparkbench capacity`.  Fresh trials at full length, from the fewest cores
    up, find a number that holds and the next smaller one that does not, and print both with what
    each needs of CPU.

    \b
    Examples:
      sparkbench demand structured --rate 50k --p99 2s
      sparkbench demand dstream structured --rate 10k,100k --trigger 1s
      sparkbench demand structured --rate 500k --cores 2,4,8,16
      sparkbench demand dstream --rate 50k --equal cpus
      sparkbench demand --resume last
    """
    from bench.cli.actions.capacity import Invocation
    from bench.cli.actions.demand import run_demand

    axes = {
        "trigger": trigger,
        "rate": rate,
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
        search=options.given({"p99": p99}),
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
    raise typer.Exit(run_demand(how))
