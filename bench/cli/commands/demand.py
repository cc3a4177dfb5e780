"""``sparkbench demand``."""

from __future__ import annotations

from typing import Annotated, Any

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
    p99: Annotated[
        str | None,
        typer.Option(
            "--p99",
            metavar="TIME",
            help="End-to-end p99 to be kept [3 trigger intervals, 1s at least].",
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
    from bench.cli.actions.capacity import Invocation, run_demand

    how = Invocation(
        request=options.request("demand", arms, given),
        search=options.given({"p99": p99}),
        resume=resume,
        force=force,
        dry_run=dry_run,
        **options.handling(given),
    )
    raise typer.Exit(run_demand(how))
