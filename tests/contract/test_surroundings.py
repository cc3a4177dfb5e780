"""A trial's engine in surroundings as users have them, and what is said where Java cannot start."""

from __future__ import annotations

import tempfile

import pytest

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.trial.errors import TrialFailed
from bench.trial.setup import spark_conf
from tests.contract.conftest import running
from tests.contract.test_engines import options, received, until
from tests.line_server import LineServer

pytestmark = pytest.mark.slow

(SPEC,) = build_plan(["dstream"], around=Surroundings(2), rounds="1").round_trials(1)


def start(engine, path, port, tmp_path):
    conf = spark_conf(SPEC, engine.child.temp_dir)
    return engine.start("one", options(port, path, tmp_path, conf=conf), 120)


def test_it_lives_among_variables_and_folders_of_the_users(tmp_path, monkeypatch, require):
    require("java")
    spaced = tmp_path / "with a space"
    spaced.mkdir()
    (tmp_path / "spark-defaults.conf").write_text(
        "spark.streaming.blockInterval 50ms\nspark.network.timeout 2min\n"
    )
    monkeypatch.setattr(tempfile, "tempdir", str(spaced))
    for name, value in {
        "JAVA_TOOL_OPTIONS": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1",
        "PYSPARK_SUBMIT_ARGS": "--driver-memory 700m",
        "PYSPARK_PYTHON": "/nowhere/python3.9",
        "SPARK_HOME": "/opt/stale-spark",
        "SPARK_REMOTE": "sc://localhost",
        "LC_ALL": "C",
        "SPARK_CONF_DIR": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)
    with running("dstream", tmp_path) as (engine, path), LineServer() as server:
        event = start(engine, path, server.port, tmp_path)
        assert event["environment"]["charset"] == "UTF-8"
        changed = event["settings"]
        assert changed["spark.streaming.blockInterval"] == ["50ms", "200ms"]
        assert changed["spark.driver.memory"] == ["700m", "1g"]
        # The same as Spark's own 120s, and what Spark adds to the options of every JVM.
        assert not {"spark.network.timeout", "spark.driver.extraJavaOptions"} & set(changed)
        server.send("é\n".encode() * 10)
        until(engine, lambda: received(engine) >= 10)
        engine.stop(60)
        assert sum(batch.processed_bytes or 0 for batch in engine.batches) == 20


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("dstream", {"job": "running_wordcount"}),
        ("structured", {}),
        ("structured", {"sink": "files"}),
    ],
)
def test_a_local_trial_asks_nothing_of_the_clusters_file_system(
    tmp_path, monkeypatch, require, name, more
):
    require("java")
    # As on the edge node of a cluster: a bare path would be one of HDFS, where nobody listens.
    name_node = "<property><name>fs.defaultFS</name><value>hdfs://127.0.0.1:9</value></property>"
    (tmp_path / "core-site.xml").write_text(f"<configuration>{name_node}</configuration>")
    monkeypatch.setenv("HADOOP_CONF_DIR", str(tmp_path))
    with running(name, tmp_path) as (engine, path), LineServer() as server:
        place = {"checkpoint_dir": str(tmp_path / "checkpoint"), "work_dir": str(tmp_path)}
        engine.start("edge", options(server.port, path, tmp_path, **place, **more), 120)
        server.send(b"one two\n" * 10)
        until(engine, lambda: received(engine) >= 10)
        engine.stop(60)
        assert engine.batches[0].failure is None
    assert any((tmp_path / "checkpoint").iterdir())


def test_what_keeps_java_from_starting_is_told(tmp_path, monkeypatch, require):
    require("java")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC")
    with running("dstream", tmp_path) as (engine, path), LineServer() as server:
        conf = {"spark.driver.extraJavaOptions": "-XX:+UseParallelGC"}
        wanted = options(server.port, path, tmp_path, conf=conf)
        with pytest.raises(TrialFailed, match=r"before it could speak: .*garbage collectors"):
            engine.start("two", wanted, 120)
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:+UseNoSuchGC")
    with running("dstream", tmp_path) as (engine, path), LineServer() as server:
        wanted = options(server.port, path, tmp_path)
        with pytest.raises(TrialFailed, match=r"Unrecognized VM option 'UseNoSuchGC'"):
            engine.start("three", wanted, 120)
