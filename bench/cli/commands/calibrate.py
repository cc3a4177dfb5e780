"""``sparkbench calibrate``."""

from __future__ import annotations

from bench.cli import _options as options


def calibrate(
    json: options.Json = None,
    quiet: options.Quiet = False,
) -> None:
    """Measure what the load generator can send on this machine.

    It takes about 10 s and sends to a reader that only reads.  The figures are kept, and compare
    warns where a plan comes near them.  Leave the machine alone meanwhile.

    \b
    Example:
      sparkbench calibrate
    """
    from bench.cli.actions.calibrate import calibrate_and_tell

    as_json = options.is_json(json)
    calibrate_and_tell(as_json=as_json, quiet=quiet)
