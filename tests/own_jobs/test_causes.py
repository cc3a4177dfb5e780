"""Whose line it was: errors that name a file of the user's."""

from __future__ import annotations

import pytest

from bench.contract import causes
from bench.contract.causes import blame, first_cause, jvm_reason, users_error

WORKER = """An error occurred while calling o57.collectToPython.
: org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 3.0 failed
Driver stacktrace:
\tat org.apache.spark.scheduler.DAGScheduler.failJob(DAGScheduler.scala:2844)
Caused by: org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/spark/python/pyspark/worker.py", line 1900, in main
    process()
  File "/home/me/mine.py", line 7, in <lambda>
    return lines.map(lambda line: parse(line))
                                  ^^^^^^^^^^^
  File "/home/me/mine.py", line 12, in parse
    return int(line)
           ^^^^^^^^^
ValueError: invalid literal for int() with base 10: 'abc'

\tat org.apache.spark.api.python.BasePythonRunner.handle(PythonRunner.scala:581)
"""


@pytest.fixture(autouse=True)
def mine(monkeypatch):
    monkeypatch.setattr(causes, "_USERS", {})
    blame("/home/me/mine.py", "mine.py")


def test_a_workers_traceback_within_a_java_error():
    told = "mine.py, line 12, in parse: ValueError: invalid literal for int() with base 10: 'abc'"
    assert users_error(WORKER) == told
    assert first_cause(WORKER) == told


def test_frames_of_others_below_the_users_do_not_hide_it():
    text = WORKER.replace(
        "ValueError:", '  File "/lib/json.py", line 3, in loads\n    raise\nValueError:'
    )
    assert users_error(text).startswith("mine.py, line 12, in parse: ValueError")


def test_an_exception_with_a_frame_of_the_users():
    code = compile("def build(x):\n    return x['k']\n", "/home/me/mine.py", "exec")
    names = {}
    exec(code, names)
    with pytest.raises(KeyError) as caught:
        names["build"]({})
    assert first_cause(caught.value) == "mine.py, line 2, in build: KeyError: 'k'"


def test_of_errors_of_others_what_python_raised_is_told():
    text = WORKER.replace("/home/me/mine.py", "/home/me/other.py")
    assert users_error(text) is None
    assert first_cause(text) == "ValueError: invalid literal for int() with base 10: 'abc'"


def test_java_called_python_which_called_java():
    """As ``awaitTermination`` of a DStream tells of a task that failed in Python."""
    inner = WORKER.replace("/home/me/mine.py", "/lib/other.py").partition("Caused by: ")
    text = (
        "An error occurred while calling o26.awaitTerminationOrTimeout.\n"
        ": org.apache.spark.SparkException: An exception was raised by Python:\n"
        "Traceback (most recent call last):\n"
        '  File "/spark/python/pyspark/streaming/util.py", line 71, in call\n'
        "    r = self.func(t, *rdds)\n"
        "py4j.protocol.Py4JJavaError: An error occurred while calling z:o.a.s.collectAndServe.\n"
        f": org.apache.spark.SparkException: Job aborted, most recent failure: {inner[2]}"
    )
    assert first_cause(text) == "ValueError: invalid literal for int() with base 10: 'abc'"


def test_what_only_announces_a_reason_is_followed_to_it():
    raised = (
        "org.apache.spark.SparkException: An exception was raised by Python:\n"
        "Traceback (most recent call last):\n"
        '  File "/spark/python/pyspark/streaming/util.py", line 67, in call\n'
        "    r = self.func(t, *rdds)\n"
        "TypeError: it returned a number\n\n"
        "\tat org.apache.spark.streaming.api.python.TransformFunction.apply(PythonDStream.scala)\n"
    )
    assert first_cause(raised) == "TypeError: it returned a number"
    assert first_cause(f"o1.start\nCaused by: {raised}") == "TypeError: it returned a number"
    assert (
        first_cause("Cannot write:\nno space left\n\tat java.io") == "Cannot write: no space left"
    )
    assert first_cause("Exception thrown in awaitResult: \n\tat org.apache") == (
        "Exception thrown in awaitResult:"
    )
    problem = RuntimeError("Exception thrown in awaitResult: ")
    problem.__cause__ = ValueError("Not all StateStores committed")
    assert first_cause(problem) == "Not all StateStores committed"


def test_without_users_files_nothing_is_looked_for(monkeypatch):
    monkeypatch.setattr(causes, "_USERS", {})
    assert users_error(WORKER) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "Picked up JAVA_TOOL_OPTIONS: -XX:+UseSerialGC\n"
            "Error occurred during initialization of VM\n"
            "Multiple garbage collectors selected\n",
            "Multiple garbage collectors selected",
        ),
        (
            "Unrecognized VM option 'UseNoGC'\n"
            "Error: Could not create the Java Virtual Machine.\n"
            "Error: A fatal exception has occurred. Program will exit.\n",
            "Unrecognized VM option 'UseNoGC'",
        ),
        (
            'Exception in thread "main" org.apache.spark.SparkException: Master must be local\n'
            "\tat org.apache.spark.deploy.SparkSubmit.error(SparkSubmit.scala:1)\n",
            'Exception in thread "main" org.apache.spark.SparkException: Master must be local',
        ),
        ("WARNING: Using incubator modules: jdk.incubator.vector\n", ""),
    ],
)
def test_why_a_jvm_ended_before_it_could_speak(text, reason):
    assert jvm_reason(text) == reason


def test_what_a_state_process_lacked_is_named(monkeypatch):
    said = (
        "[STREAM_FAILED] Query terminated: TransformWithStateInPySpark driver worker "
        "exited unexpectedly (crashed)"
    )
    monkeypatch.setattr(causes, "_has_protobuf", lambda: False)
    assert "google.protobuf, which this Python lacks" in first_cause(said)
    monkeypatch.setattr(causes, "_has_protobuf", lambda: True)
    assert first_cause(said) == said


def test_of_a_query_that_ended_what_ended_it_is_told():
    said = (
        "[STREAM_FAILED] Query [id = 1b, runId = 2c] terminated with exception: the server is gone"
        " SQLSTATE: XXKST\n=== Streaming Query ===\nIdentifier: [id = 1b, runId = 2c]"
    )
    assert first_cause(said) == "the server is gone"
