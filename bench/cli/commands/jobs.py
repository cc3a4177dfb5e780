"""``sparkbench jobs``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options


def jobs(
    name: Annotated[
        str | None,
        typer.Argument(metavar="[JOB]", help="A job of the list, or a file of yours."),
    ] = None,
    jars: options.Jars = None,
    profiles: Annotated[
        bool, typer.Option("--profiles", help="The profiles of the arms: every knob and its worth.")
    ] = False,
    json: options.Json = None,
) -> None:
    """List the jobs, or show what one does and takes.

    Each job is a pair: the same task on both APIs.  With a job: what either side means by it, its
    parameters, and how to run, prove and measure it.

    \b
    Examples:
      sparkbench jobs
      sparkbench jobs running_wordcount
      sparkbench jobs ./my_job.py
      sparkbench jobs app.jar:com.acme.WordTotals --jars kafka.jar
      sparkbench jobs --profiles
    """
    from bench.cli.actions.jobs import show_job, show_jobs
    from bench.errors import UsageError

    as_json = options.is_json(json)
    if profiles:
        from bench.cli.actions.jobs import print_profiles

        if name is not None:
            raise UsageError(f"--profiles: profiles belong to no job; leave '{name}' out")
        print_profiles(as_json=as_json)
    elif name is None:
        show_jobs(as_json=as_json)
    else:
        show_job(name, tuple(jars or ()), as_json=as_json)
