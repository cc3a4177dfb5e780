"""``sparkbench capacity``."""

from __future__ import annotations

from typing import Annotated, Any

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
    resume: options.Resume = None,
    force: Annotated[
        bool, typer.Option("--force", help="Resume on another machine, or with other code.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the searches and the expected time.")
    ] = False,
    **given: Any,
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

    search = {"low": low, "high": high, "precision": precision, "p99": p99, "budget": budget}
    how = Invocation(
        request=options.request("capacity", arms, given),
        search=options.given(search),
        resume=resume,
        force=force,
        dry_run=dry_run,
        **options.handling(given),
    )
    raise typer.Exit(run_capacity(how))
