"""``sparkbench tune``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bench.cli import _options as options


def tune(
    arm: Annotated[
        str | None, typer.Argument(metavar="ARM", help="The arm: engine[:key=value,...].")
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
    resume: options.Resume = None,
    force: Annotated[
        bool, typer.Option("--force", help="Resume on another machine or version.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print what would be tried and the expected time.")
    ] = False,
    **given: Any,
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

    how = Invocation(
        request=options.request("tune", None if arm is None else [arm], given),
        p99=p99,
        budget=budget,
        allow_weaker=allow_weaker,
        force=force,
        dry_run=dry_run,
        **options.handling(given),
    )
    raise typer.Exit(run_tune(how) if resume is None else resume_tune(resume, how))
