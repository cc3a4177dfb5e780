"""``sparkbench doctor``."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Check this machine and say what to do where it falls short.

    Exit code 3 when something needed is missing, 0 otherwise.

    \b
    Example:
      sparkbench doctor
    """
    import sys

    from bench.doctor.checks import run_doctor
    from bench.doctor.finding import exit_code
    from bench.doctor.render import plain, render

    findings = run_doctor()
    if sys.stdout.isatty():
        from rich.console import Console

        Console().print(render(findings))
    else:
        typer.echo(plain(findings))
    raise typer.Exit(exit_code(findings))
