"""``sparkbench verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli import _options as options


def verify(
    arms: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="ARM",
            help="Arms to verify [dstream dstream:path=jvm structured structured:source=spooled "
            "structured:source=native].",
        ),
    ] = None,
    job: Annotated[
        str, typer.Option("--job", metavar="JOB", help="Job to verify, a file of yours, or all.")
    ] = "echo",
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source",
            metavar="SOURCE",
            help="Source to verify: socket, spooled, native, directory [all that read a socket].",
        ),
    ] = None,
    records: Annotated[
        str,
        typer.Option("--records", metavar="N", help="Lines of the large input; 0 leaves it out."),
    ] = "200k",
    seed: options.Seed = None,
    runtime: options.Runtimes = None,
    json: options.Json = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep", metavar="DIR", help="Keep inputs, outputs and logs in DIR, new or empty."
        ),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Prove that both APIs give the same output for the same input.

    Every arm gets the same lines: a small hostile input (invalid UTF-8, NUL, lone CR, a line of
    1 MB, no newline at the end), compared record by record, and a large one, compared by digest.
    Exit code 1 when outputs differ.

    \b
    Examples:
      sparkbench verify
      sparkbench verify --job all
      sparkbench verify --records 1M --keep verified
      sparkbench verify dstream:spark=3.5.9 structured --job all
      sparkbench verify dstream structured --json -
    """
    from bench.cli._verify import verify_arms

    as_json = options.is_json(json)
    code = verify_arms(
        tuple(arms or ()),
        job=job,
        sources=tuple(source or ()),
        records=records,
        seed=seed,
        keep=keep,
        as_json=as_json,
        quiet=quiet,
        runtimes=tuple(runtime or ()),
    )
    raise typer.Exit(code)
