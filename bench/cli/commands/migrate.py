"""``sparkbench migrate``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options


def migrate(
    job: Annotated[
        str, typer.Argument(metavar="JOB", help="A job of `sparkbench jobs`, or a file of yours.")
    ],
    jars: options.Jars = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print Markdown, as in docs/migration.")
    ] = False,
) -> None:
    """Show a job on both APIs, side by side, with what differs.

    Marks are those of diff: | a line that differs, < only in the DStream side, > only in that of
    Structured Streaming.  Below stands what either side means by it.  In a terminal of fewer than
    100 columns one side stands below the other, with - and +.

    \b
    Examples:
      sparkbench migrate running_wordcount
      sparkbench migrate ./my_job.py --markdown
    """
    from bench.cli.actions.migrate import show_migration

    show_migration(job, tuple(jars or ()), markdown=markdown)
