"""Options and batch records cross a process border unchanged."""

from __future__ import annotations

import json
from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import ENGINE_MODULES, BatchRecord, EngineError, Options
from bench.contract.causes import first_cause
from bench.contract.job_modules import job_names, load_job
from bench.contract.masters import is_local, task_slots

names = st.text(min_size=1, max_size=20)
seconds = st.floats(0, 1e9, allow_nan=False)


@given(
    endpoints=st.lists(st.tuples(names, st.integers(1, 65535)), min_size=1, max_size=4),
    trigger_s=seconds,
    conf=st.dictionaries(names, names),
    rows=st.none() | st.integers(1, 100),
)
def test_options_round_trip_through_json(endpoints, trigger_s, conf, rows):
    options = Options(tuple(endpoints), trigger_s, conf=conf, rows=rows)
    assert Options.from_dict(json.loads(json.dumps(options.to_dict()))) == options


def test_options_of_a_newer_harness_are_understood():
    data = Options((("127.0.0.1", 1),), 1.0).to_dict()
    assert Options.from_dict({**data, "something_new": 3}) == Options((("127.0.0.1", 1),), 1.0)


@given(
    ranges=st.lists(st.tuples(st.integers(0, 3), st.integers(0), st.integers(0)), max_size=4),
    times=st.tuples(seconds, seconds, seconds, seconds),
)
def test_batches_round_trip_through_json(ranges, times):
    planned, started, visible, finished = times
    batch = BatchRecord(
        batch_id=7,
        ranges=tuple(ranges),
        planned_start=planned,
        started=started,
        visible=visible,
        finished=finished,
        phases={"execution": 0.5},
        processed_records=3,
    )
    event = json.loads(json.dumps(batch.to_event()))
    assert event["event"] == "batch"
    assert BatchRecord.from_dict(event) == batch
    assert batch.records == sum(count for _, _, count in ranges)


def test_a_task_that_takes_several_cores_takes_as_many_slots():
    two = {"spark.task.cpus": "2"}
    assert task_slots("local[5]", two) == 2
    assert task_slots("spark://host:7077", {**two, "spark.cores.max": "4"}) == 2
    dstream = import_module(ENGINE_MODULES["dstream"])
    options = Options((("127.0.0.1", 1),), 1.0, sink="drain", master="local[3]", conf=two)
    said = dstream.supports(options)
    assert "local[3] with spark.task.cpus=2 leaves none" in said
    assert "use local[4] or more" in said


@pytest.mark.parametrize(
    ("master", "local", "slots"),
    [
        ("local", True, 1),
        ("local[3]", True, 3),
        ("local[2,4]", True, 2),
        ("local-cluster[2,2,1024]", False, None),
        ("spark://host:7077", False, None),
        ("yarn", False, None),
    ],
)
def test_masters(master, local, slots):
    assert is_local(master) is local
    assert task_slots(master) == slots


def test_the_innermost_cause_is_told():
    text = (
        "An error occurred while calling o12.start.\n: org.apache.spark.SparkException: outer\n"
        "\tat a.b.c\nCaused by: java.io.IOException: middle\n\tat d\n"
        "Caused by: java.net.ConnectException: Connection refused\n\tat e\n"
    )
    assert first_cause(text) == "java.net.ConnectException: Connection refused"
    assert first_cause("An error occurred while calling o1.x\n: a.B: why") == "a.B: why"
    assert first_cause(ValueError("")) == "ValueError"
    proxy = (
        "An exception was raised by the Python Proxy. Return Message: "
        'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    g()\n'
        "OSError: no room\n\n\tat py4j.Protocol"
    )
    assert first_cause(proxy) == "OSError: no room"
    assert first_cause("Traceback (most recent call last):") == "Traceback (most recent call last):"


def test_an_unknown_job_is_named_with_the_known_ones():
    import structured.jobs

    assert "echo" in job_names(structured.jobs)
    with pytest.raises(EngineError, match=r"'nope' is not known; choose one of .*echo"):
        load_job(structured.jobs, "nope")


def test_the_twins_have_the_same_files():
    from pathlib import Path

    import legacy_dstream
    import structured

    def files(package):
        root = Path(package.__file__).parent
        return {file.relative_to(root).as_posix() for file in root.rglob("*.py")}

    # A DStream needs Java code for its JVM path, and to have its events gathered before they cross
    # to Python; Structured Streaming is in the JVM already, and its events are text.
    odd = {name for name in files(structured) if name.startswith(("spooled/", "native/"))}
    odd |= {"jvm.py", "events.py"}
    # Only a query has modes besides micro-batches, sources of our own, and a file source that
    # tells the number of a log's entry instead of names; only a DStream's windows need batches.
    odd |= {"modes.py", "spooling.py", "natives.py", "realtime.py"}
    odd |= {"file_log.py", "windows.py"}
    assert files(legacy_dstream) - odd == files(structured) - odd
    assert set(ENGINE_MODULES) == {"dstream", "structured", "null"}
