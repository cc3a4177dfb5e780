"""``sparkbench soak``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options

_Texts = list[str] | None


def soak(
    arms: Annotated[
        _Texts, typer.Argument(metavar="ARM", help="Contenders [dstream structured].")
    ] = None,
    length: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long each arm is measured.")
    ] = "2h",
    trigger: options.Triggers = None,
    cores: options.Cores = None,
    rate: options.Rates = None,
    arrivals: options.Arrivals = None,
    streams: options.Streams = None,
    payload_bytes: options.PayloadBytes = None,
    keys: options.Keys = None,
    skew: options.Skew = None,
    equal: options.Equal = None,
    master: options.Master = None,
    executors: options.Executors = None,
    listen: options.Listen = None,
    advertise: options.Advertise = None,
    checkpoint: options.Checkpoint = None,
    job: Annotated[
        _Texts, typer.Option("--job", metavar="LIST", help="Jobs to run [echo].")
    ] = None,
    param: options.Param = None,
    lines: options.Lines = None,
    partitions: options.Partitions = None,
    sink: options.Sinks = None,
    conf: options.Conf = None,
    warmup: options.Warmup = None,
    seed: options.Seed = None,
    plan_file: options.PlanFile = None,
    runtime: options.Runtimes = None,
    filters: options.Filters = None,
    wait: options.Wait = False,
    out: options.Out = None,
    json: options.Json = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the trials and the expected time.")
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Run each arm for hours and say what drifts.

    One long trial an arm and cell.  Over its last two thirds batch time, heap, memory, state and
    the files of the checkpoint are tested for a trend; what fills up at first and then stays is no
    drift.  The run is one like those of `compare`, with a report of its own.  Of a comparison's
    --plan it takes the arms, the cells and the warm-up.

    \b
    Examples:
      sparkbench soak --for 2h
      sparkbench soak structured --for 8h --job running_wordcount --keys 100k --rate 5000
      sparkbench soak dstream structured:source=spooled --for 30m --trigger 500ms --dry-run
      sparkbench soak --plan plan.toml --filter arm=structured --for 8h --wait
    """
    from bench.cli.actions.compare import Invocation
    from bench.cli.actions.soak import run_soak
    from bench.plan.request import Request

    axes = {
        "trigger": trigger,
        "cores": cores,
        "rate": rate,
        "arrivals": arrivals,
        "streams": streams,
        "payload_bytes": payload_bytes,
        "keys": keys,
        "skew": skew,
        "equal": equal,
        "master": master,
        "executors": executors,
        "checkpoint": checkpoint,
        "job": job,
        "lines": lines,
        "partitions": partitions,
        "sink": sink,
    }
    settings = {
        "duration": length,
        "rounds": "1",
        "warmup": warmup,
        "seed": seed,
        "listen": listen,
        "advertise": advertise,
    }
    request = Request(
        arms=tuple(arms or ()),
        axes=options.given(axes),
        conf=tuple(conf or ()),
        params=tuple(param or ()),
        settings=options.given(settings),
        filters=tuple(filters or ()),
        places={"duration": "--for"},
    )
    how = Invocation(
        plan_file=plan_file,
        wait=wait,
        out=out,
        as_json=options.is_json(json),
        dry_run=dry_run,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
    )
    raise typer.Exit(run_soak(request, how))
