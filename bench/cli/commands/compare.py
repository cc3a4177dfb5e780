"""``sparkbench compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options

_Texts = list[str] | None


def compare(
    arms: Annotated[
        _Texts,
        typer.Argument(
            metavar="ARM",
            help="Contenders, the baseline first: engine[:key=value,...] [dstream structured].",
        ),
    ] = None,
    trigger: options.Triggers = None,
    cores: options.Cores = None,
    rate: options.Rates = None,
    arrivals: options.Arrivals = None,
    streams: options.Streams = None,
    payload_bytes: options.PayloadBytes = None,
    payload_spread: options.PayloadSpread = None,
    keys: options.Keys = None,
    skew: options.Skew = None,
    replay: options.Replay = None,
    replay_speed: options.ReplaySpeed = None,
    equal: options.Equal = None,
    master: options.Master = None,
    executors: options.Executors = None,
    listen: options.Listen = None,
    advertise: options.Advertise = None,
    checkpoint: options.Checkpoint = None,
    job: Annotated[
        _Texts, typer.Option("--job", metavar="LIST", help="Jobs, or files of yours [echo].")
    ] = None,
    param: options.Param = None,
    lines: options.Lines = None,
    partitions: options.Partitions = None,
    fault: options.Fault = None,
    sink: options.Sinks = None,
    conf: Annotated[
        _Texts,
        typer.Option(
            "--conf",
            metavar="KEY=VALUE",
            help="A Spark setting; the same key again makes an axis.",
        ),
    ] = None,
    rounds: Annotated[
        str | None,
        typer.Option(
            "--rounds", metavar="N", help="Rounds in all [2 to 4, until the verdicts are firm]."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="SHARE", help="Rounds until every interval is narrow: 5%."),
    ] = None,
    budget: Annotated[
        str | None,
        typer.Option("--budget", metavar="TIME", help="Time that --until may take."),
    ] = None,
    metric: Annotated[
        str | None,
        typer.Option("--metric", metavar="NAME", help="What gets the verdict [e2e_p99]."),
    ] = None,
    warmup: options.Warmup = None,
    duration: options.Duration = None,
    age: options.Age = None,
    fork: Annotated[
        str | None,
        typer.Option(
            "--fork",
            metavar="WHAT",
            help="A JVM for each cell, or engine: one for all triggers and rates [cell].",
        ),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Smaller: at most 2 cores and short windows."),
    ] = False,
    seed: options.Seed = None,
    plan_file: options.PlanFile = None,
    runtime: options.Runtimes = None,
    filters: options.Filters = None,
    plan_schema: Annotated[
        bool, typer.Option("--plan-schema", help="Print the JSON Schema of plan files.")
    ] = False,
    resume: options.Resume = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Resume with other settings or on another machine."),
    ] = False,
    wait: options.Wait = False,
    out: options.Out = None,
    json: options.Json = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the ordered trials and the expected time.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Measure arms against each other and say which is sooner.

    Every combination of trigger, cores, rate and the other lists is a cell; every round runs each
    cell once per arm, each trial in a fresh process (but see --fork).  Lists are separated by
    commas; --arrivals, --lines, --checkpoint, --master, --fault, --param and --conf are repeated
    instead.  Times in --arrivals and --fault count from the start of the measured stream's load:
    the window begins --warmup later (2 trigger intervals at least).

    \b
    Examples:
      sparkbench compare --quick
      sparkbench compare --trigger 500ms,1s --cores 2 --rate 1000,10k
      sparkbench compare dstream:path=jvm structured --out runs/jvm
      sparkbench compare --arrivals constant --arrivals burst:factor=10,at=15s,for=2s
      sparkbench compare --streams 1,2 --keys 1000 --skew 1 --equal cpus
      sparkbench compare --conf spark.sql.shuffle.partitions=2 \\
                         --conf spark.sql.shuffle.partitions=200
      sparkbench compare --job wordcount,topk --partitions matched,textbook
      sparkbench compare --fault disconnect:at=15s,for=3s --metric outage
      sparkbench compare --quick --age 2m
      sparkbench compare --until 5% --budget 20m
      sparkbench compare --plan plan.toml --filter arm=structured,trigger=1s --dry-run
      sparkbench compare dstream:spark=3.5.9 structured:spark=4.3.0
      sparkbench compare --resume last
    """
    from bench.cli.actions.compare import Invocation, print_plan_schema, run_compare
    from bench.plan.request import Request

    if plan_schema:
        print_plan_schema()
        return
    as_json = options.is_json(json)
    axes = {
        "trigger": trigger,
        "cores": cores,
        "rate": rate,
        "arrivals": arrivals,
        "streams": streams,
        "payload_bytes": payload_bytes,
        "payload_spread": payload_spread,
        "keys": keys,
        "skew": skew,
        "equal": equal,
        "master": master,
        "executors": executors,
        "checkpoint": checkpoint,
        "job": job,
        "sink": sink,
        "lines": lines,
        "partitions": partitions,
        "fault": fault,
    }
    settings = {
        "rounds": rounds,
        "warmup": warmup,
        "duration": duration,
        "seed": seed,
        "replay": options.replay_file(replay),
        "replay_speed": replay_speed,
        "metric": metric,
        "until": until,
        "budget": budget,
        "fork": fork,
        "age": age,
        "listen": listen,
        "advertise": advertise,
    }
    request = Request(
        arms=tuple(arms or ()),
        axes=options.given(axes),
        conf=tuple(conf or ()),
        params=tuple(param or ()),
        settings=options.given(settings),
        quick=quick,
        filters=tuple(filters or ()),
    )
    how = Invocation(
        plan_file=plan_file,
        resume=resume,
        force=force,
        wait=wait,
        out=out,
        as_json=as_json,
        dry_run=dry_run,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
    )
    raise typer.Exit(run_compare(request, how))
