"""Whose the settings are that a trial's Spark had: plan, file, variable or sparkbench itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.plan.arms import parse_arm
from bench.results.schema import Check, Setting
from bench.runner.execute import run_info
from bench.runtime.inherited import submit_words
from bench.trial.effective import always_ours, effective
from bench.trial.result import broken_letters
from tests.trial.conftest import spec as made


def spec(arm, **changes):
    return made(arm=parse_arm(arm), **changes)


TEMP = Path("/tmp/one")


@pytest.fixture
def file(tmp_path, monkeypatch):
    place = tmp_path / "spark-defaults.conf"
    place.write_text(
        "spark.streaming.blockInterval 50ms\nspark.ui.enabled true\nspark.driver.memory 3g\n"
        "spark.app.password hunter2\n"
    )
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    for name in ("PYSPARK_SUBMIT_ARGS", "JAVA_TOOL_OPTIONS"):
        monkeypatch.delenv(name, raising=False)
    return place


def test_each_setting_has_the_origin_that_won(file, monkeypatch):
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Xss4m")
    trial = spec("structured:profile=tuned", conf={"spark.driver.memory": "2g"}, partitions=3)
    found = effective(
        trial,
        {
            "spark.driver.memory": ["2g", "1g"],
            "spark.streaming.blockInterval": ["50ms", "200ms"],
            "spark.sql.shuffle.partitions": ["3", "200"],
            "spark.hadoop.fs.file.impl": ["org.apache.hadoop.fs.RawLocalFileSystem", None],
            "spark.ui.enabled": ["false", "true"],
            "spark.driver.defaultJavaOptions": [f"-Djava.io.tmpdir={TEMP}", None],
            "spark.app.password": ["hunter2", None],
            "spark.of.the.job": ["1", None],
        },
        TEMP,
    )
    assert {one.key: one.origin for one in found} == {
        "JAVA_TOOL_OPTIONS": "environment",
        "spark.driver.memory": "plan",
        "spark.streaming.blockInterval": str(file),
        "spark.sql.shuffle.partitions": "plan",
        "spark.hadoop.fs.file.impl": "profile tuned",
        "spark.ui.enabled": "sparkbench",
        "spark.driver.defaultJavaOptions": "sparkbench",
        "spark.app.password": str(file),
        "spark.of.the.job": "job",
    }
    values = {one.key: one.value for one in found}
    assert "hunter2" not in str(values)
    assert values["spark.driver.defaultJavaOptions"] == "-Djava.io.tmpdir=$TMP"


def test_without_a_spark_there_is_nothing_to_tell(file):
    assert effective(spec("null"), {}, TEMP) == []


def test_what_a_plan_overrides_is_not_said_to_be_in_force(file):
    from bench.plan.axes import Surroundings
    from bench.plan.build import build_plan

    def warned(*conf):
        plan = build_plan(["dstream", "structured"], around=Surroundings(1), conf=conf)
        info = run_info(plan, "x")
        inherited = {name for name in info.environment.extra if name.startswith("inherited ")}
        return " ".join(info.warnings), inherited

    said, inherited = warned()
    assert "spark.driver.memory=3g" in said
    assert "inherited spark.driver.memory" in inherited
    said, inherited = warned("spark.driver.memory=2g")
    assert "spark.streaming.blockInterval=50ms" in said
    assert "spark.driver.memory" not in said
    assert "inherited spark.driver.memory" not in inherited
    # Every trial sets it, whatever a file says.
    assert "spark.ui.enabled" not in said
    assert "spark.ui.enabled" in always_ours()


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("--driver-memory 3g --conf spark.x=1", "--conf spark.x=1 pyspark-shell"),
        ("--conf spark.driver.memory=3g pyspark-shell", "pyspark-shell"),
        ("--conf spark.x=1 pyspark-shell", None),
    ],
)
def test_submitted_words_do_not_win_over_the_plan(words, kept):
    """Spark's command line takes the last of two memories, and then tells of the first."""
    left = submit_words({"spark.driver.memory"}, {"PYSPARK_SUBMIT_ARGS": words})
    assert left == ({} if kept is None else {"PYSPARK_SUBMIT_ARGS": kept})


@pytest.mark.parametrize(
    ("arm", "charset", "passed", "named"),
    [
        ("structured", "ISO-8859-1", False, True),
        ("structured", "UTF-8", False, False),
        ("structured", "ISO-8859-1", True, False),
        ("structured:source=spooled", "ISO-8859-1", False, False),
        ("dstream", "ISO-8859-1", False, False),
    ],
)
def test_the_charset_behind_broken_letters_is_named(arm, charset, passed, named):
    check = Check(name="conservation_bytes", value=4, threshold=0, passed=passed, message="off")
    options = Setting(
        key="spark.driver.extraJavaOptions", value=f"-Dfile.encoding={charset}", origin="/a/file"
    )
    started = {"environment": {"charset": charset}}
    said = broken_letters(spec(arm), [check], started, [options])
    assert bool(said) is named
    if named:
        assert "ISO-8859-1 here (spark.driver.extraJavaOptions, from /a/file)" in said[0]
