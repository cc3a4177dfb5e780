"""What the table of a soak calls what it saw."""

from __future__ import annotations

import pytest

from bench.experiments.soak.document import soak_answers, soak_table
from bench.plan.arms import parse_arm
from bench.results.schema import Drift, Soak
from tests.trial.conftest import spec

HEAP = Drift(name="heap", unit="bytes", n=120, first=2**20, last=2**21, change_share=0.5, z=9.0)
TIME = Drift(name="batch time", unit="s", n=120, first=0.3, last=0.2, change_share=-0.3, z=-9.0)


@pytest.fixture
def soaked(result_of):
    def make(*drifts):
        result = result_of(spec(arm=parse_arm("structured")), "ok")
        soak = Soak(samples=[], drifts=list(drifts))
        return result.model_copy(update={"soak": soak, "window_s": (10.0, 490.0)})

    return make


def seen(drift):
    return drift.model_copy(update={"found": True})


def test_what_rises_and_what_falls_are_told_apart(soaked):
    trial = soaked(seen(HEAP), seen(TIME))
    table = soak_table([trial])
    assert [row[-1] for row in table.rows] == ["rises", "falls"]
    assert table.styles == ("yellow", ""), "batches that get shorter trouble nobody"
    (words,) = soak_answers([trial])
    assert words == "structured over 8 min: heap +50% rising; batch time -30% falling."


def test_trials_of_one_arm_are_told_apart_by_their_numbers(soaked):
    one = soaked(HEAP)
    assert "trial" not in soak_table([one]).heading
    assert soak_table([one, one]).heading[0] == "trial"


def test_steady_and_too_short(soaked):
    short = TIME.model_copy(update={"z": None})
    trial = soaked(HEAP, short)
    assert [row[-1] for row in soak_table([trial]).rows] == ["steady", "too short"]
    assert soak_answers([trial]) == ["structured over 8 min: nothing drifts."]
