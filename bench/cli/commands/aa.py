"""``sparkbench aa``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from bench.cli import _options as options


def aa(
    arm: Annotated[str, typer.Argument(metavar="ARM", help="The arm: engine[:key=value,...].")],
    inject: Annotated[
        str | None,
        typer.Option("--inject", metavar="TIME", help="Delay one side by so much: the power."),
    ] = None,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Smaller: at most 2 cores and short windows."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the ordered trials and the expected time.")
    ] = False,
    **given: Any,
) -> None:
    """Measure an arm against itself: how much of it is noise?

    Prints the noise floor, how often noise alone would look like a difference, and the noise
    threshold that follows, which is kept for this machine.  With --inject one side is delayed by a
    known time, and the chance to notice that is printed.  Of a comparison's --plan it takes the
    cells and the windows.

    \b
    Examples:
      sparkbench aa structured
      sparkbench aa dstream --trigger 500ms --rounds 20
      sparkbench aa structured --inject 20ms
      sparkbench aa dstream --plan plan.toml --filter cores=2 --wait
    """
    from bench.cli.actions.aa import run_aa
    from bench.cli.actions.handling import Handling

    asked = options.request("aa", [arm], given, quick=quick)
    raise typer.Exit(run_aa(asked, inject, Handling(dry_run=dry_run, **options.handling(given))))
