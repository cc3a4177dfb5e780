"""The commands, by group, in the order the help shows them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bench.cli.aa import aa
from bench.cli.assess import assess
from bench.cli.calibrate import calibrate
from bench.cli.capacity import capacity
from bench.cli.cluster import cluster
from bench.cli.compare import compare
from bench.cli.completion import completion
from bench.cli.decide import decide
from bench.cli.diff import diff
from bench.cli.doctor import doctor
from bench.cli.export import export
from bench.cli.jobs import jobs
from bench.cli.migrate import migrate
from bench.cli.report import report
from bench.cli.run import run
from bench.cli.send import send
from bench.cli.show import show
from bench.cli.soak import soak
from bench.cli.tune import tune
from bench.cli.verify import verify
from bench.cli.version import print_version, version

#: Group to command name to function.
COMMANDS: dict[str, dict[str, Callable[..., Any]]] = {
    "Measure": {"compare": compare, "capacity": capacity, "tune": tune, "soak": soak},
    "Trust": {"aa": aa, "doctor": doctor, "calibrate": calibrate, "verify": verify},
    "Results": {"show": show, "report": report, "decide": decide, "diff": diff, "export": export},
    "Jobs": {
        "jobs": jobs,
        "assess": assess,
        "migrate": migrate,
        "run": run,
        "send": send,
    },
    "Other": {"cluster": cluster, "completion": completion, "version": version},
}

#: Every command by its name.
FUNCTIONS = {name: function for names in COMMANDS.values() for name, function in names.items()}


class Group(TyperGroup):
    """Commands under the heading of their group, without the cost of loading rich."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands of the help."""
        for heading, names in COMMANDS.items():
            commands = [(name, self.get_command(ctx, name)) for name in names]
            rows = [(name, c.get_short_help_str(65)) for name, c in commands if c is not None]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a reader that has gone away is no error of the command's."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            from bench.cli._main import BROKEN_PIPE, _forget_stdout

            # typer would take it for a failure (exit code 1, which means something here).
            _forget_stdout()
            raise typer.Exit(BROKEN_PIPE) from None


app = typer.Typer(
    cls=Group,
    add_completion=False,
    pretty_exceptions_enable=False,
    # Plain help: with rich it takes three times as long to appear.
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.")
    ] = False,
) -> None:
    """Compare Spark's two streaming APIs, DStream and Structured Streaming, by measuring.

    \b
    Example:
      sparkbench compare --quick
    """
    if show_version:
        print_version()
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


for group, functions in COMMANDS.items():
    for name, function in functions.items():
        app.command(name, rich_help_panel=group)(function)
