"""``sparkbench compare``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli import _options as options

if TYPE_CHECKING:
    from bench.plan.plan import Plan

_Texts = list[str] | None


def compare(
    arms: Annotated[
        _Texts,
        typer.Argument(
            metavar="ARM",
            help="Contenders, the baseline first: engine[:key=value,...] [dstream structured].",
        ),
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
    streams: Annotated[
        _Texts, typer.Option("--streams", metavar="LIST", help="Connections a trial [1].")
    ] = None,
    job: Annotated[_Texts, typer.Option("--job", metavar="LIST", help="Jobs [echo].")] = None,
    sink: Annotated[
        _Texts, typer.Option("--sink", metavar="LIST", help="drain, console [drain].")
    ] = None,
    conf: Annotated[
        _Texts,
        typer.Option(
            "--conf",
            metavar="KEY=VALUE",
            help="A Spark setting; the same key again makes an axis.",
        ),
    ] = None,
    rounds: Annotated[
        str | None, typer.Option("--rounds", metavar="N", help="Trials an arm and cell [5].")
    ] = None,
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
        typer.Option("--quick", help="An estimate: 3 short rounds, at most 2 cores."),
    ] = False,
    seed: options.Seed = None,
    payload_bytes: options.PayloadBytes = None,
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
    """Measure arms against each other and say which is faster.

    Every combination of trigger, cores, rate and the other lists is a cell; every round runs each
    cell once per arm, each trial in a fresh process.  Lists are separated by commas.

    \b
    Examples:
      sparkbench compare --quick
      sparkbench compare --trigger 500ms,1s --cores 2 --rate 1000,10k
      sparkbench compare dstream:path=jvm structured --out runs/jvm
      sparkbench compare --conf spark.sql.shuffle.partitions=2 \\
                         --conf spark.sql.shuffle.partitions=200
    """
    from bench.cli._compare import compare_run, print_dry_run
    from bench.errors import UsageError
    from bench.plan.axes import Surroundings
    from bench.plan.build import build_plan
    from bench.runner.environment import usable_cores
    from bench.runner.jobs import job_names

    if json not in (None, "-"):
        raise UsageError(f"--json: '{json}' is not '-'; write --json - and redirect the output")
    axes = {
        "trigger": trigger,
        "cores": cores,
        "rate": rate,
        "arrivals": arrivals,
        "streams": streams,
        "job": job,
        "sink": sink,
    }
    plan: Plan = build_plan(
        arms or (),
        around=Surroundings(usable_cores(), job_names()),
        axes={name: texts for name, texts in axes.items() if texts is not None},
        conf=conf or (),
        rounds=rounds,
        warmup=warmup,
        duration=duration,
        seed=seed,
        payload_bytes=payload_bytes,
        replay=None if replay is None else str(Path(replay).absolute()),
        quick=quick,
    )
    if dry_run:
        print_dry_run(plan, out, as_json=json == "-")
        return
    raise typer.Exit(compare_run(plan, out, as_json=json == "-", quiet=quiet))
