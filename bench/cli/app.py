"""The commands, by group, in the order the help shows them."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from bench.cli._pipe import BROKEN_PIPE, forget_stdout
from bench.cli.commands.aa import aa
from bench.cli.commands.assess import assess
from bench.cli.commands.calibrate import calibrate
from bench.cli.commands.capacity import capacity
from bench.cli.commands.cluster import cluster
from bench.cli.commands.compare import compare
from bench.cli.commands.completion import completion
from bench.cli.commands.decide import decide
from bench.cli.commands.demand import demand
from bench.cli.commands.diff import diff
from bench.cli.commands.doctor import doctor
from bench.cli.commands.export import export
from bench.cli.commands.jobs import jobs
from bench.cli.commands.migrate import migrate
from bench.cli.commands.report import report
from bench.cli.commands.run import run
from bench.cli.commands.send import send
from bench.cli.commands.show import show
from bench.cli.commands.soak import soak
from bench.cli.commands.tune import tune
from bench.cli.commands.verify import verify
from bench.cli.commands.version import print_version, version

#: Group to command name to function.
COMMANDS: dict[str, dict[str, Callable[..., Any]]] = {
    "Measure": {
        "compare": compare,
        "capacity": capacity,
        "demand": demand,
        "tune": tune,
        "soak": soak,
    },
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

#: How the help looks: plain, as with rich it takes three times as long to appear.
_PLAIN: dict[str, Any] = {
    "add_completion": False,
    "pretty_exceptions_enable": False,
    "rich_markup_mode": None,
}

#: Every command by its name.
FUNCTIONS = {name: function for names in COMMANDS.values() for name, function in names.items()}


@functools.cache
def built(name: str) -> Callable[..., Any]:
    """The function of a command with all its options."""
    from bench.cli._options import measuring

    return measuring(FUNCTIONS[name])


#: Characters of a command's line in the list of commands.
_SHORT = 65


class _Commands(Mapping[str, Any]):
    """Command name to command, each built when it is asked for: all together take 40 ms."""

    def __init__(self) -> None:
        self._built: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._built:
            alone = typer.Typer(**_PLAIN)
            alone.command(name)(built(name))
            self._built[name] = typer.main.get_command(alone)
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTIONS)

    def __len__(self) -> int:
        return len(FUNCTIONS)


def short_help(function: Callable[..., Any]) -> str:
    """The first sentence of a command's help, which the list of commands shows."""
    paragraph = " ".join((function.__doc__ or "").partition("\n\n")[0].split())
    sentence = paragraph.partition(". ")[0].rstrip(".")
    sentence += "" if sentence.endswith("?") else "."
    if len(sentence) <= _SHORT:
        return sentence
    return sentence[: _SHORT - 3].rpartition(" ")[0] + "..."


class Group(TyperGroup):
    """Commands under the heading of their group, without the cost of loading rich."""

    def __init__(self, **given: Any) -> None:
        """As typer makes it, with all commands."""
        super().__init__(**given)
        self.commands: Any = _Commands()

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands of the help; none of them has to be built for that."""
        for heading, functions in COMMANDS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, short_help(f)) for name, f in functions.items()])

    def invoke(self, ctx: Any) -> Any:
        """Run the command; a reader that has gone away is no error of the command's."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # typer would take it for a failure (exit code 1, which means something here).
            forget_stdout()
            raise typer.Exit(BROKEN_PIPE) from None


app = typer.Typer(cls=Group, **_PLAIN)


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
