"""``sparkbench version``."""

from __future__ import annotations

import typer


def version() -> None:
    """Print the versions of sparkbench, Spark and Python.

    \b
    Example:
      sparkbench version
    """
    import platform

    from bench.machine.environment import spark_version

    print_version()
    typer.echo(f"pyspark {spark_version() or 'not installed'}")
    typer.echo(f"python {platform.python_version()}")


def print_version() -> None:
    """Print the version of sparkbench alone."""
    from bench._version import __version__

    typer.echo(f"sparkbench {__version__}")
