"""``sparkbench verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import _options as options


def verify(
    arms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARM",
            help="Arms to verify [dstream dstream:path=jvm structured structured:source=spooled "
            "structured:source=native].",
        ),
    ] = None,
    job: Annotated[
        str | None,
        typer.Option("--job", metavar="JOB", help="Job to verify, a file of yours, or all [echo]."),
    ] = None,
    jars: options.Jars = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="Source to verify: socket, spooled, native, directory [all that read a socket].",
        ),
    ] = None,
    records: Annotated[
        str,
        typer.Option("--records", metavar="N", help="Lines of the large input; 0 leaves it out."),
    ] = "200k",
    replay: Annotated[
        Path | None,
        typer.Option("--replay", metavar="FILE", help="Send the lines of this file instead."),
    ] = None,
    seed: options.Seed = None,
    equal: options.Equal = None,
    master: options.Master = None,
    executors: options.Executors = None,
    listen: options.Listen = None,
    advertise: options.Advertise = None,
    plan_file: options.PlanFile = None,
    runtime: options.Runtimes = None,
    wait: options.Wait = False,
    json: options.Json = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="DIR", help="Keep inputs, outputs and logs in DIR, new or empty."
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Prove that both APIs give the same output for the same input.

    Every arm gets the same lines: a small hostile input (invalid UTF-8, NUL, lone CR, a line of
    1 MB, no newline at the end), compared record by record, and a large one, compared by digest.
    With --replay every arm gets the lines of a file of yours instead, and the first lines on which
    they differ are shown.  Exit code 1 when outputs differ.  Of a comparison's --plan it takes the
    arms, the job, its parameters, Spark's settings, and where they run.

    \b
    Examples:
      sparkbench verify
      sparkbench verify --job all
      sparkbench verify --records 1M --keep verified
      sparkbench verify --job weblog --replay access.log
      sparkbench verify dstream:spark=3.5.9 structured --job all
      sparkbench verify dstream structured --json -
      sparkbench verify --master 'local-cluster[2,1,1024]' --wait
    """
    from bench.cli.actions.verify import verify_arms
    from bench.plan.request import Request

    as_json = options.is_json(json)
    axes = {"equal": equal, "master": master, "executors": executors}
    given = Request(
        arms=tuple(arms or ()),
        axes=options.given(axes),
        settings=options.given({"listen": listen, "advertise": advertise}),
    )
    code = verify_arms(
        given,
        job=options.job_with_jars(job, jars),
        sources=tuple(source or ()),
        records=records,
        seed=seed,
        keep=keep,
        as_json=as_json,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
        plan_file=plan_file,
        wait=wait,
        replay=replay,
    )
    raise typer.Exit(code)
