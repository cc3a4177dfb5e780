"""``sparkbench doctor``."""

from __future__ import annotations

from typing import Annotated

import typer


def doctor(
    prepare: Annotated[
        bool,
        typer.Option(
            "--prepare",
            help="Make the class archive, for JVMs to start sooner; compile jobs in Scala.",
        ),
    ] = False,
    spark: Annotated[
        str | None,
        typer.Option("--spark", metavar="VERSION", help="With --prepare: of another Spark."),
    ] = None,
    runtime: Annotated[
        str | None,
        typer.Option("--runtime", metavar="PATH", help="With --prepare: of that Python's Spark."),
    ] = None,
) -> None:
    """Check this machine and say what to do where it falls short.

    --prepare does what takes long and is needed once (about a minute), so that no comparison has
    to: see docs/startup.md.  Exit code 3 when something needed is missing, 0 otherwise.

    \b
    Examples:
      sparkbench doctor
      sparkbench doctor --prepare
      sparkbench doctor --prepare --spark 3.5.9
      sparkbench doctor --prepare --runtime /opt/venv/bin/python
    """
    import sys

    from bench.errors import UsageError

    if prepare:
        from bench.machine.prepare import compile_jobs
        from bench.machine.prepare import prepare as made

        if spark is not None and runtime is not None:
            raise UsageError("--runtime: a Python has its own Spark; leave --spark out")
        compile_jobs(lambda words: typer.echo(words), spark)
        raise typer.Exit(made(lambda words: typer.echo(words), spark, runtime))
    for name, value in (("--spark", spark), ("--runtime", runtime)):
        if value is not None:
            raise UsageError(f"{name}: it names what --prepare prepares; add that, or leave it out")

    from bench.document.terminal import print_lines
    from bench.machine.checks import run_doctor
    from bench.machine.finding import exit_code, findings_grid
    from bench.trial.effective import always_ours

    findings = run_doctor(decided=always_ours())
    print_lines([findings_grid(findings)], sys.stdout)
    raise typer.Exit(exit_code(findings))
