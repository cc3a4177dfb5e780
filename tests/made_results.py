"""Results as a runner would store them, without running anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bench.results.reading import DIGEST, digest_of
from bench.results.schema import Environment, TrialInfo, TrialResult

ENVIRONMENT = Environment(
    python="3.11", os="test", cpu="test", cpus=2, memory_bytes=1, load_average=0.0
)


def info_of(spec, **further: Any) -> TrialInfo:
    """What the result of ``spec`` says of its trial."""
    return TrialInfo(
        number=spec.number,
        arm=spec.arm.text,
        engine=spec.arm.engine,
        cell=spec.cell,
        job=spec.job,
        job_params=spec.job_params,
        sink=spec.sink,
        path=spec.path,
        trigger_s=spec.trigger_s,
        cores=spec.cores,
        rate_per_s=spec.rate_per_s,
        round=spec.round,
        slot=spec.slot,
        attempt=spec.attempt,
        seed=spec.seed,
        **{"code_digest": "none", **further},
    )


def make_result(spec, status="ok", reasons=()) -> TrialResult:
    """The result of ``spec``, read back from JSON as a resumed run would see it."""
    result = TrialResult(
        trial=info_of(spec),
        status=status,
        reasons=list(reasons),
        trial_s=1.0,
        environment=ENVIRONMENT,
    )
    return read_back(result)


def read_back(result: TrialResult) -> TrialResult:
    """``result`` after a journey through a file."""
    return TrialResult.model_validate(json.loads(result.model_dump_json()))


def rewrite(file: Path, data: dict[str, Any]) -> None:
    """Write a result file anew, with the digest of its new content where it had one."""
    if DIGEST in data:
        data[DIGEST] = digest_of(data)
    file.write_text(json.dumps(data))
