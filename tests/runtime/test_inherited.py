"""What trials take from the user's files and environment, do without, or refuse."""

from __future__ import annotations

import sys

import pytest

from bench.process.variables import inherited_variables
from bench.runtime.inherited import (
    collectors,
    inherited,
    other_pyspark,
    read_defaults,
    refusals,
    taken_out,
)


@pytest.fixture
def conf_dir(tmp_path):
    def write(text):
        (tmp_path / "spark-defaults.conf").write_text(text)
        return {"SPARK_CONF_DIR": str(tmp_path)}

    return write


def test_a_file_of_defaults_as_java_reads_it():
    text = """# comment
spark.streaming.blockInterval   50ms
spark.python.worker.reuse=false
  spark.a : b c
spark.driver.extraJavaOptions -Dx=1 \\
    -Dy=2
no.setting 1
"""
    assert read_defaults(text) == {
        "spark.streaming.blockInterval": "50ms",
        "spark.python.worker.reuse": "false",
        "spark.a": "b c",
        "spark.driver.extraJavaOptions": "-Dx=1 -Dy=2",
    }


def test_every_setting_has_its_origin(conf_dir):
    environ = {
        **conf_dir("spark.driver.memory 1g\nspark.streaming.blockInterval 50ms\n"),
        "SPARK_EXECUTOR_MEMORY": "2g",
        "PYSPARK_SUBMIT_ARGS": "--driver-memory 3g --conf spark.x=1 pyspark-shell",
        "JAVA_TOOL_OPTIONS": "-Xss4m",
    }
    found = {one.key: (one.value, one.origin) for one in inherited(environ)}
    file = f"{environ['SPARK_CONF_DIR']}/spark-defaults.conf"
    assert found == {
        "JAVA_TOOL_OPTIONS": ("-Xss4m", "environment"),
        "spark.driver.memory": ("3g", "PYSPARK_SUBMIT_ARGS"),
        "spark.executor.memory": ("2g", "SPARK_EXECUTOR_MEMORY"),
        "spark.streaming.blockInterval": ("50ms", file),
        "spark.x": ("1", "PYSPARK_SUBMIT_ARGS"),
    }
    assert inherited({}) == []


def test_one_collector_is_honoured_and_two_are_refused(conf_dir):
    environ = conf_dir("spark.driver.extraJavaOptions -XX:+UseParallelGC")
    assert list(collectors(environ).values()) == ["-XX:+UseParallelGC"]
    assert refusals(environ) == []
    assert refusals({"JAVA_TOOL_OPTIONS": "-XX:+UseSerialGC"}) == []
    (said,) = refusals({**environ, "JAVA_TOOL_OPTIONS": "-XX:+UseSerialGC"})
    assert "JAVA_TOOL_OPTIONS" in said
    assert "spark-defaults.conf" in said


def test_a_hadoop_configuration_is_told():
    (one,) = inherited({"HADOOP_CONF_DIR": "/etc/hadoop/conf"})
    assert str(one) == "HADOOP_CONF_DIR=/etc/hadoop/conf (environment)"


@pytest.mark.parametrize(
    ("setting", "why"),
    [
        ("spark.task.cpus 2", "a receiver starves"),
        ("spark.streaming.clock org.apache.spark.util.ManualClock", "the machine's clock"),
    ],
)
def test_what_lets_no_batch_begin_is_refused(conf_dir, setting, why):
    (said,) = refusals(conf_dir(setting))
    assert why in said
    assert refusals(conf_dir("spark.task.cpus 1")) == []


def test_what_breaks_the_method_is_refused(conf_dir):
    (said,) = refusals(conf_dir("spark.remote sc://localhost"))
    assert "spark.remote=sc://localhost" in said
    assert "Spark Connect" in said
    assert refusals(conf_dir("spark.submit.deployMode client")) == []


def test_another_pyspark_on_the_path_is_named(tmp_path, monkeypatch):
    package = tmp_path / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text("__version__ = '3.5.1'\n")
    told = other_pyspark([str(tmp_path)])
    assert told is not None
    assert f"{package} (3.5.1, not " in told
    assert other_pyspark() is None
    monkeypatch.syspath_prepend(str(tmp_path))
    assert any("take its folder off PYTHONPATH" in said for said in refusals({}))


def test_a_user_id_without_a_name_is_refused(monkeypatch):
    monkeypatch.setattr("os.getuid", lambda: 987_654)
    assert any("the user id 987654 has no entry in passwd" in said for said in refusals({}))


def test_another_spark_is_left_out_of_trials():
    environ = {
        "SPARK_HOME": "/opt/spark",
        "SPARK_REMOTE": "sc://localhost",
        "PYSPARK_SUBMIT_ARGS": "--driver-memory 1g",
        "HOME": "/root",
    }
    assert inherited_variables(environ) == {
        "PYSPARK_SUBMIT_ARGS": "--driver-memory 1g pyspark-shell",
        "HOME": "/root",
    }
    assert [said.split("=")[0] for said in taken_out(environ)] == ["SPARK_HOME", "SPARK_REMOTE"]
    (said,) = taken_out({"PYSPARK_PYTHON": "/nowhere/python3.9"})
    assert said.startswith("PYSPARK_PYTHON=/nowhere/python3.9 counts on a cluster only")
    assert not taken_out({"PYSPARK_PYTHON": sys.executable})
    whole = {"PYSPARK_SUBMIT_ARGS": "--conf a=b pyspark-shell"}
    assert inherited_variables(whole) == whole
