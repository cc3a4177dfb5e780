"""A user's module looks to an engine as a job of the catalogue does."""

from __future__ import annotations

import sys

import pytest

import legacy_dstream.jobs
import structured.jobs
from bench.contract import EngineError, Options
from bench.contract.job_modules import build_params, load_job
from bench.contract.jobs import job_info

TEXT = '''"""Mine."""
from __future__ import annotations
from dataclasses import dataclass

OUTPUT_MODE = "update"
NEEDS = ("json",)

@dataclass(frozen=True)
class Params:
    k: int = 3

def build_dstream(lines, params):
    return ("dstream", lines, params.k, params.partitions)

def build_structured(*lines, params):
    return ("structured", lines, params.k, params.partitions)

def per_batch(frame, batch_id, params):
    return (frame, batch_id, params.k)
'''


@pytest.fixture
def job(write):
    path = write(TEXT, "own_side.py")
    yield str(path)
    sys.modules.pop("sparkbench_own_job_own_side", None)


def test_both_sides(job):
    values = {"k": 5, "partitions": 2}
    assert load_job(legacy_dstream.jobs, job).build("x", values) == ("dstream", "x", 5, 2)
    side = load_job(structured.jobs, job)
    assert side.build("x", params=values) == ("structured", ("x",), 5, 2)
    assert side.per_batch("frame", 7, values) == ("frame", 7, 5)
    assert (side.OUTPUT_MODE, side.NEEDS, side.PATHS) == ("update", ("json",), ("jvm",))
    assert not hasattr(side, "CONF")


def test_its_parameters_are_those_of_the_engine(job):
    load_job(structured.jobs, job)
    assert job_info(job).params[0].name == "k"
    options = Options((("h", 1),), 1.0, job=job, job_params={"k": "9"}, partitions=4)
    assert build_params(options) == {"k": 9, "partitions": 4}


def test_without_params_values_have_dots_too(write):
    path = write("def build_dstream(lines, params): return params.partitions, params['partitions']")
    assert load_job(legacy_dstream.jobs, str(path)).build("x", {"partitions": 3}) == (3, 3)
    sys.modules.pop("sparkbench_own_job_mine", None)


def test_a_side_that_is_missing(write):
    path = write("def build_dstream(lines, params): pass", "half.py")
    with pytest.raises(EngineError, match=r"half\.py: it has no function build_structured"):
        load_job(structured.jobs, str(path))
    sys.modules.pop("sparkbench_own_job_half", None)


def test_workers_get_its_functions_whole(job):
    cloudpickle = pytest.importorskip("pyspark.cloudpickle")
    side = load_job(legacy_dstream.jobs, job)
    data = cloudpickle.dumps(sys.modules[side.__name__].build_dstream)
    module = sys.modules.pop(side.__name__)
    try:
        # As in a worker, where no such module can be imported.
        assert cloudpickle.loads(data).__name__ == "build_dstream"
    finally:
        sys.modules[side.__name__] = module
