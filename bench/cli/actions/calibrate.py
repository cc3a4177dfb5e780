"""What ``sparkbench calibrate`` does: measure, keep, print."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bench.load.sending.calibrate import Calibration


def calibrate_and_tell(*, as_json: bool, quiet: bool) -> None:
    """Measure, store the figures and print them.

    Raises :class:`bench.errors.EnvironmentProblem` while another measurement is under way or when
    the figures cannot be stored, :class:`bench.load.errors.LoadError` when nothing was measured.
    """
    from bench.load.sending.calibrate import calibrate
    from bench.machine.calibration import remember
    from bench.process.locks import measuring_lock

    if not quiet:
        print("measuring for about 10 s; leave the machine alone", file=sys.stderr, flush=True)
    with measuring_lock(wait_s=0):
        found = calibrate()
    if as_json:
        print(json.dumps({**found.to_dict(), "reaches_targets": found.reaches_targets}, indent=1))
    else:
        print(table(rows(found)))
        for sentence in remarks(found):
            print(sentence)
    # What was measured is told in any case.
    path = remember(found.to_dict())
    if not quiet and not as_json:
        print(f"kept in {path}", file=sys.stderr)


def rows(found: Calibration) -> list[tuple[str, str, str, str]]:
    """Figure, value, what is asked for on an idle machine, what it means."""
    from bench.load.sending.calibrate import TARGET_CPU_SHARE, TARGET_LAG_P99_S, TARGET_PEAK_PER_S

    steady = f"at {found.steady_rate_per_s:,.0f} lines/s"
    return [
        ("figure", "measured", "asked for", "meaning"),
        (
            "peak",
            f"{found.peak_per_s / 1e6:.1f} million lines/s",
            f">= {TARGET_PEAK_PER_S / 1e6:g} million",
            "distinct lines of 100 bytes, one connection",
        ),
        ("  CPU", _share(found.peak_cpu_share), "", "of one core, the generator's"),
        (
            "loopback ceiling",
            f"{found.ceiling_per_s / 1e6:.1f} million lines/s",
            "",
            "the same bytes over and over: no generator sends more",
        ),
        (
            f"CPU {steady}",
            _share(found.steady_cpu_share),
            f"<= {_share(TARGET_CPU_SHARE)}",
            "of one core, what the load takes from the engine",
        ),
        (
            f"lag p99 {steady}",
            _ms(found.lag_p99_s),
            f"<= {_ms(TARGET_LAG_P99_S)}",
            "how late lines leave; p50 " + _ms(found.lag_p50_s) + ", max " + _ms(found.lag_max_s),
        ),
        ("  starved p99", _ms(found.starved_p99_s), "", "the part that is the generator's own"),
    ]


def remarks(found: Calibration) -> list[str]:
    """From where on compare warns, and what to mind about the figures."""
    from bench.plan.load import NEAR_PEAK_SHARE

    said = [
        f"compare warns above {found.peak_per_s * NEAR_PEAK_SHARE:,.0f} such lines/s; lines with "
        "keys, a spread or Poisson arrivals cost more and are allowed for."
    ]
    if not found.pinned:
        said.append("Sender and reader shared a CPU: with two or more the figures are higher.")
    if found.load_1m > 0.5:
        said.append(
            f"The load average was {found.load_1m:.2f} before: repeat this on an idle machine."
        )
    elif not found.reaches_targets:
        said.append("This machine stays behind what is asked for: keep rates well below the peak.")
    return said


def table(lines: Sequence[tuple[str, ...]]) -> str:
    """Columns two spaces apart, the first line a heading."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _share(value: float) -> str:
    return f"{value * 100:.3g}%"


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms"
