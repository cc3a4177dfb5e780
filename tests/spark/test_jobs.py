"""Jobs on real Spark: the same input, the same output, batch by batch."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.verify import checks
from bench.verify.outcome import SAME
from bench.verify.run import plan_verification, verify

pytestmark = pytest.mark.slow

#: Each a different way through the engines: columns, an aggregate of a batch, a join with a table,
#: several inputs.
JOBS = ("enrich", "parse_csv", "parse_json", "topk", "union", "wordcount")
ARMS = ("dstream", "structured")


@pytest.fixture(scope="module")
def outcomes(require, tmp_path_factory):
    require("java")
    shorter = {name: replace(checks.CHECKS[name], records=1500, pause_s=0.012) for name in JOBS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "CHECKS", {**checks.CHECKS, **shorter})
        specs = [spec for job in JOBS for spec in plan_verification(ARMS, job, 1)]
        folder = tmp_path_factory.mktemp("verify")
        specs.sort(key=lambda spec: ARMS.index(spec.arm.text))
        found = verify(specs, seed=1, records=0, folder=folder, on_event=lambda words: None)
    return {(one.job, one.arm): one for one in found.outcomes}


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("job", JOBS)
def test_every_batch_is_what_its_lines_give(outcomes, job, arm):
    found = outcomes[job, arm]
    assert found.result == SAME, (found.reason, found.differences)
    assert found.records == found.expected_records > 0
    assert found.batches >= 2
