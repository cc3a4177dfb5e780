"""A user's job on real Spark: verified like any other, its errors told as the user's."""

from __future__ import annotations

import pytest

from bench.verify.outcome import FAILED, SAME
from bench.verify.run import plan_verification, verify

ARMS = ("dstream", "structured")

#: Fails in a Python worker, on either side in another way.
BROKEN = '''"""Fails at the first line."""

PATHS = {"structured": ("python",)}


def look_up(line):
    known = {}
    return known[line]


def build_dstream(lines, params):
    return lines.map(look_up)


def build_structured(lines, params):
    from pyspark.sql import functions as F

    return lines.select(F.udf(look_up)("value").alias("value"))
'''


@pytest.fixture(scope="module")
def outcomes(require, example, tmp_path_factory):
    require("java")
    folder = tmp_path_factory.mktemp("own")
    (folder / "card_totals.py").write_text(example)
    (folder / "broken.py").write_text(BROKEN)
    specs = [
        spec
        for name in ("card_totals", "broken")
        for spec in plan_verification(ARMS, str(folder / f"{name}.py"), 1)
    ]
    work = folder / "work"
    work.mkdir()
    told: list[str] = []
    found = verify(specs, seed=1, records=0, folder=work, on_event=told.append)
    return {(one.job, one.arm): one for one in found.outcomes}


@pytest.mark.slow
@pytest.mark.parametrize("arm", ARMS)
def test_the_example_of_the_documentation_gives_the_same_on_both_sides(outcomes, arm):
    outcome = outcomes["card_totals", arm]
    assert outcome.result == SAME, outcome
    assert outcome.expected_records > 100
    assert outcome.batches > 1


@pytest.mark.slow
@pytest.mark.parametrize("arm", ARMS)
def test_an_error_in_a_worker_is_the_users_with_its_line(outcomes, arm):
    outcome = outcomes["broken", arm]
    assert outcome.result == FAILED
    assert "broken.py, line 8, in look_up: KeyError: " in outcome.reason
