"""``sparkbench show``."""

from __future__ import annotations

from typing import Annotated

import typer


def show(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help="A run directory, or last.")
    ] = None,
    trial: Annotated[
        str | None, typer.Argument(metavar="[TRIAL]", help="The number of a trial.")
    ] = None,
    batches: Annotated[
        str, typer.Option("--batches", metavar="N", help="Batches of a trial to list, or all [20].")
    ] = "20",
    everything: Annotated[
        bool, typer.Option("--all", help="List all runs, not only the last 20.")
    ] = False,
) -> None:
    """Show the runs, one run, or one trial of it.

    Without an argument: the runs in runs/, the latest last.  With a run: its table, answer and
    trials.  With a trial: its checks, latency, load, phases, batches and log.

    \b
    Examples:
      sparkbench show
      sparkbench show last
      sparkbench show last 7
    """
    from bench.cli.actions.show import show_run, show_runs, show_trial

    if run is None:
        show_runs(everything=everything)
    elif trial is None:
        show_run(run)
    else:
        show_trial(run, trial, batches)
