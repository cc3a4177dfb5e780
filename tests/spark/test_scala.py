"""The jobs in Scala on real Spark: what they write is what their twins write."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.contract.jobs import JOBS
from bench.verify import checks
from bench.verify.outcome import SAME, UNSUPPORTED
from bench.verify.run import plan_verification, verify
from tests.long import LONG

pytestmark = pytest.mark.slow

#: Each a different way through Scala: columns and nulls, an accumulator, a sort, several inputs,
#: three kinds of state, windows that are written now and then.
SOME = (
    *("enrich", "parse_csv", "topk", "union", "running_wordcount", "touched_wordcount"),
    *("sessions", "tumbling"),
)
CASES = [
    *(("dstream:path=jvm", job) for job in (JOBS if LONG else SOME)),
    ("structured:path=jvm", "custom_state"),
    ("dstream:path=python", "touched_wordcount"),
]


@pytest.fixture(scope="module")
def outcomes(require, tmp_path_factory):
    require("java")
    names = [job for _arm, job in CASES]
    shorter = {
        name: replace(checks.CHECKS[name], records=min(1500, checks.CHECKS[name].records))
        for name in names
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "CHECKS", {**checks.CHECKS, **shorter})
        specs = [spec for arm, job in CASES for spec in plan_verification([arm], job, 1)]
        folder = tmp_path_factory.mktemp("verify")
        found = verify(specs, seed=1, records=0, folder=folder, on_event=lambda words: None)
    return {(one.arm, one.job): one for one in found.outcomes}


@pytest.mark.parametrize(("arm", "job"), CASES[:-1])
def test_it_writes_what_its_lines_give(outcomes, arm, job):
    found = outcomes[arm, job]
    assert found.result == SAME, (found.reason, found.differences)
    assert found.path == "jvm"
    assert found.expected_records > 0
    if JOBS[job].stateful or job == "tumbling":
        # The last rows are compared, and every batch writes those that changed.
        assert found.records >= found.expected_records
    else:
        assert found.records == found.expected_records


def test_map_with_state_is_not_to_be_had_in_python(outcomes):
    found = outcomes[CASES[-1]]
    assert found.result == UNSUPPORTED
    assert "PySpark has no mapWithState" in found.reason
