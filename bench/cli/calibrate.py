"""``sparkbench calibrate``."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli import _options as options


def calibrate(
    json: Annotated[
        str | None,
        typer.Option("--json", metavar="-", help="Print only JSON on standard output."),
    ] = None,
    quiet: options.Quiet = False,
) -> None:
    """Measure what the load generator can send on this machine.

    It takes about 10 s and sends to a reader that only reads.  The figures are kept, and compare
    warns where a plan comes near them.  Leave the machine alone meanwhile.

    \b
    Example:
      sparkbench calibrate
    """
    from bench.cli._calibrate import calibrate_and_tell
    from bench.errors import UsageError

    if json not in (None, "-"):
        raise UsageError(f"--json: '{json}' is not '-'; write --json - and redirect the output")
    calibrate_and_tell(as_json=json == "-", quiet=quiet)
