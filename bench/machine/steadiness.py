"""Clock, processor speed, steal and pressure: what changes under a run's feet."""

from __future__ import annotations

from collections.abc import Sequence

from bench.machine.finding import Finding

#: Wall clock against monotonic clock over the interval looked at.  NTP slews by at most 500 parts
#: per million; more is a step or a clock being pulled.
DRIFT_WARN_PPM = 1000.0
#: Below this many seconds the difference is the time between two readings of the clocks.
DRIFT_NOISE_S = 0.001
STEAL_WARN = 0.01
#: Share of time in which some task waited (kernel's pressure stall information, avg10).
PRESSURE_WARN = 0.10

_UNTOLD = "not told by this system"


def clock(
    drift_s: float, interval_s: float, synchronised: bool | None, source: str | None
) -> Finding:
    """``drift_s``: how far the wall clock moved against the monotonic one in ``interval_s``.

    Latencies come from one machine's wall clock, so it must be steady; whether it is right matters
    between machines only.
    """
    sync = {True: "synchronised", False: "not synchronised", None: "synchronisation unknown"}
    value = f"{sync[synchronised]}, moved {drift_s * 1e6:+.0f} µs in {interval_s:.1f} s"
    if source:
        value += f", source {source}"
    if abs(drift_s) > max(DRIFT_NOISE_S, interval_s * DRIFT_WARN_PPM * 1e-6):
        step = "wait until time synchronisation has settled; the clock is being stepped"
        return Finding("Clock", "warn", value, step)
    if source in ("jiffies", "acpi_pm", "refined-jiffies", "hpet"):
        step = "choose a fast clock source such as tsc or kvm-clock"
        return Finding("Clock", "warn", value, step)
    return Finding("Clock", "ok", value)


def governor(governors: Sequence[str]) -> Finding:
    """CPU frequency governors in use; empty where the system does not tell."""
    if not governors:
        return Finding("CPU governor", "ok", _UNTOLD)
    value = ", ".join(sorted(set(governors)))
    if set(governors) <= {"performance"}:
        return Finding("CPU governor", "ok", value)
    step = "sudo cpupower frequency-set -g performance (back with -g and the value shown)"
    return Finding("CPU governor", "warn", value, step)


def steal(share: float | None) -> Finding:
    """Share of CPU time that another guest of the host took while the doctor looked."""
    if share is None:
        return Finding("CPU steal", "ok", _UNTOLD)
    value = f"{share:.1%} of CPU time"
    if share > STEAL_WARN:
        return Finding("CPU steal", "warn", value, "use a machine that shares its CPUs with nobody")
    return Finding("CPU steal", "ok", value)


def pressure(shares: dict[str, float]) -> Finding:
    """Share of the last 10 s in which some task waited for cpu, memory or io."""
    if not shares:
        return Finding("Pressure", "ok", _UNTOLD)
    value = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    if max(shares.values()) > PRESSURE_WARN:
        worst = max(shares, key=lambda name: shares[name])
        step = f"find what waits for {worst} (top, iotop) and end it or let it finish"
        return Finding("Pressure", "warn", value, step)
    return Finding("Pressure", "ok", value)
