"""Trials that say what a test wants them to, without a batch in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bench.results.schema import (
    BatchTime,
    Latency,
    Quantiles,
    Resources,
    RunInfo,
    TrialInfo,
    TrialResult,
)
from tests.report.synthetic import ENVIRONMENT, T0, make_info

_numbers = count(1)

#: Rounds with a spread of some percent, as factors.
SCATTER = (1.0, 0.98, 1.03, 0.99, 1.01, 1.02, 0.97, 1.0)


def trial(
    arm: str = "dstream",
    rate: float = 1000,
    p99: float | None = 1.0,
    *,
    round_number: int = 1,
    status: str = "ok",
    reasons: Sequence[str] = (),
    cpu: float | None = 400.0,
    trigger: float = 1.0,
    cores: int = 2,
    cell: Mapping[str, Any] | None = None,
    **more: Any,
) -> TrialResult:
    """One trial; ``cell`` are axes besides trigger, cores and rate."""
    measured = status in ("ok", "saturated", "unsettled", "invalid") and p99 is not None
    quantiles = Quantiles(n=9, p50=0.5, p90=0.7, p95=0.8, p99=p99 or 1.0, max=9.0, mean=0.5)
    return TrialResult(
        trial=TrialInfo(
            number=next(_numbers),
            arm=arm,
            engine=arm.partition(":")[0],
            cell={"trigger_s": trigger, "cores": cores, "rate_per_s": rate, **(cell or {})},
            job=str((cell or {}).get("job", "echo")),
            sink="drain",
            path="python" if arm == "dstream" else "jvm",
            trigger_s=trigger,
            cores=cores,
            rate_per_s=rate,
            round=round_number,
            slot=0,
            seed=1,
            code_digest="0" * 16,
            **more,
        ),
        status=status,  # type: ignore[arg-type]
        reasons=list(reasons),
        window_s=(T0, T0 + 30) if measured else None,
        latency_s=Latency(gross=quantiles, net=quantiles) if measured else None,
        batch_s=BatchTime(n=30, p50=0.3, p90=0.4, max=0.5) if measured else None,
        resources=Resources(
            window_s=30,
            jvm_cpu_s=1,
            driver_cpu_s=1,
            workers_cpu_s=1,
            generator_cpu_s=1,
            cpu_s_per_million=cpu,
            rss_peak_bytes=1,
        )
        if measured
        else None,
        trial_s=40.0,
        environment=ENVIRONMENT,
    )


def rounds(
    arm: str, rate: float, p99: float | None = 1.0, *, n: int = 6, **more: Any
) -> list[TrialResult]:
    """``n`` rounds around ``p99``."""
    return [
        trial(
            arm,
            rate,
            None if p99 is None else p99 * SCATTER[i % len(SCATTER)],
            round_number=i + 1,
            **more,
        )
        for i in range(n)
    ]


@dataclass
class Measured:
    """A run as far as a decision looks at one."""

    results: list[TrialResult]
    arms: tuple[str, ...] = ("dstream", "structured")
    info: RunInfo = field(default_factory=make_info)


def measured(*groups: Sequence[TrialResult], arms: Sequence[str] = (), **info: Any) -> Measured:
    """A run of all these trials; arms in the order given, or of their appearance."""
    results = [result for group in groups for result in group]
    seen = tuple(dict.fromkeys(result.trial.arm for result in results))
    return Measured(results, tuple(arms) or seen, make_info(**info))
