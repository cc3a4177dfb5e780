"""What ``sparkbench migrate`` prints."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence

from rich.console import Console

from bench.catalog.entry import APIS
from bench.catalog.markdown import page
from bench.catalog.terminal import print_migration
from bench.cli.actions.jobs import pair_named
from bench.contract.own.info import BUILDERS
from bench.errors import UsageError


def show_migration(name: str, jars: Sequence[str], *, markdown: bool) -> None:
    """Print the pair; raises :class:`UsageError` for no such job, or for one without both sides."""
    one, own = pair_named(name, jars)
    if own is not None and own.file.endswith(".jar"):
        raise UsageError(f"{name}: a JAR holds no source to show; give the job's file")
    builders = BUILDERS if own is None else own.builders
    missing = [builders[engine] for engine in APIS if engine not in one.sides]
    if missing:
        raise UsageError(
            f"{name}: it has no function {' and no '.join(missing)}, so there is nothing to set "
            "beside the other side; write it first"
        )
    if markdown:
        print(page(one, shlex.quote(name)), end="")
        return
    console = Console(file=sys.stdout)
    # Into a file or a pipe nothing is folded: whoever reads it has a width of their own.
    print_migration(one, console, width=console.width if console.is_terminal else None)
