"""What is known of a machine's noise: kept a machine, Spark, arm and metric."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.machine.noise import FILE_NAME, Noise, known, machine_threshold, remember
from tests.report.synthetic import ENVIRONMENT

NOISE = Noise(
    cpu=ENVIRONMENT.cpu,
    cpus=ENVIRONMENT.cpus,
    spark=ENVIRONMENT.spark,
    arm="structured",
    metric="e2e_p99",
    threshold=1.04,
    floor=1.036,
    spread=0.03,
    rounds=10,
    cells=1,
    run_id="one",
    at=1.0,
)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_what_was_kept_is_found():
    assert machine_threshold(ENVIRONMENT, ["structured"]) is None
    remember(NOISE)
    assert machine_threshold(ENVIRONMENT, ["structured"]) == 1.04


def test_the_noisier_arm_decides_and_all_must_be_known():
    remember(NOISE)
    arms = ["dstream", "structured"]
    assert machine_threshold(ENVIRONMENT, arms) is None
    remember(replace(NOISE, arm="dstream", threshold=1.1))
    assert machine_threshold(ENVIRONMENT, arms) == 1.1
    assert machine_threshold(ENVIRONMENT, []) is None


@pytest.mark.parametrize("change", [{"cpu": "B"}, {"cpus": 1}, {"spark": "4.2.0"}])
def test_it_holds_for_that_machine_and_spark_only(change):
    remember(NOISE)
    assert machine_threshold(ENVIRONMENT.model_copy(update=change), ["structured"]) is None


def test_it_holds_for_that_metric_only():
    remember(NOISE)
    assert machine_threshold(ENVIRONMENT, ["structured"], "e2e_p50") is None


def test_a_later_run_takes_the_place_of_an_earlier_one(cache):
    remember(NOISE)
    remember(replace(NOISE, threshold=1.2, run_id="two"))
    assert machine_threshold(ENVIRONMENT, ["structured"]) == 1.2
    assert [entry.run_id for entry in known(cache / FILE_NAME)] == ["two"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"entries": [{"cpu": 1}]}', '{"entries": 5}'])
def test_a_damaged_file_is_as_good_as_none(cache, content):
    cache.mkdir(mode=0o700)
    (cache / FILE_NAME).write_text(content)
    assert machine_threshold(ENVIRONMENT, ["structured"]) is None
    remember(NOISE)
    assert machine_threshold(ENVIRONMENT, ["structured"]) == 1.04
