"""``sparkbench compare``."""

from __future__ import annotations

from typing import Annotated, Any

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
    modes: Annotated[
        bool,
        typer.Option("--modes", help="How low can latency go here? The same as --plan modes."),
    ] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Smaller: at most 2 cores and short windows."),
    ] = False,
    plan_schema: Annotated[
        bool, typer.Option("--plan-schema", help="Print the JSON Schema of plan files.")
    ] = False,
    resume: options.Resume = None,
    force: Annotated[
        bool,
        typer.Option("--force", help="Resume with other settings or on another machine."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the ordered trials and the expected time.")
    ] = False,
    **given: Any,
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
      sparkbench compare --modes
      sparkbench compare --plan plan.toml --filter arm=structured,trigger=1s --dry-run
      sparkbench compare dstream:spark=3.5.9 structured:spark=4.3.0
      sparkbench compare --resume last
    """
    from bench.cli.actions.compare import Invocation, print_plan_schema, run_compare
    from bench.errors import UsageError

    if plan_schema:
        print_plan_schema()
        return
    if modes and given["plan_file"] is not None:
        raise UsageError("--modes: it is a plan of its own, and --plan is given; keep one")
    if modes:
        given["plan_file"] = "modes"
    asked = options.request("compare", arms, given, quick=quick)
    how = Invocation(resume=resume, force=force, dry_run=dry_run, **options.handling(given))
    raise typer.Exit(run_compare(asked, how))
