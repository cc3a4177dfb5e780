"""``sparkbench cluster``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options


def cluster(
    action: Annotated[str, typer.Argument(metavar="ACTION", help="up, status or down.")],
    workers: Annotated[
        str | None, typer.Option("--workers", metavar="N", help="Workers to start, with up [2].")
    ] = None,
    cores: Annotated[
        str | None, typer.Option("--cores", metavar="N", help="Cores of each worker, with up [2].")
    ] = None,
    memory: Annotated[
        str | None,
        typer.Option(
            "--memory", metavar="SIZE", help="Memory of each worker, with up: 2g, 1500m [2g]."
        ),
    ] = None,
    json: options.Json = None,
) -> None:
    """Start a Spark cluster on this machine, show it, or end it.

    up starts a standalone cluster from the installed PySpark, prints its master URL and leaves it
    running, on loopback only; its processes know each other by a new secret, which trials of this
    user are given too.  status says what runs and what is in use; down ends all of it and removes
    what it kept.

    \b
    Examples:
      sparkbench cluster up --workers 2 --cores 2 --memory 2g
      sparkbench compare --master spark://127.0.0.1:7077 --cores 4 --executors 2
      sparkbench cluster status
      sparkbench cluster down
    """
    from bench.cli.actions.cluster import run_cluster

    given = {"workers": workers, "cores": cores, "memory": memory}
    raise typer.Exit(run_cluster(action, options.given(given), as_json=options.is_json(json)))
