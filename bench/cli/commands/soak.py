"""``sparkbench soak``."""

from __future__ import annotations

from typing import Annotated, Any

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
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Print the trials and the expected time.")
    ] = False,
    **given: Any,
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
    from bench.cli.actions.handling import Handling
    from bench.cli.actions.soak import run_soak

    asked = options.request(
        "soak", arms, given, places={"duration": "--for"}, duration=length, rounds="1"
    )
    raise typer.Exit(run_soak(asked, Handling(dry_run=dry_run, **options.handling(given))))
