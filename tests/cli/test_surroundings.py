"""What a run takes from the user's own configuration: stored, told, and named by ``diff``."""

from __future__ import annotations

import json

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.runner.execute import run_info

SHORT = ("--rounds", "2", "--trigger", "100ms", "--duration", "800ms", "--warmup", "0s")


def test_a_run_of_spark_warns_that_it_is_not_the_plain_one(tmp_path, monkeypatch):
    (tmp_path / "spark-defaults.conf").write_text("spark.python.worker.reuse false\n")
    monkeypatch.setenv("SPARK_CONF_DIR", str(tmp_path))
    (warning,) = run_info(build_plan(["dstream"], around=Surroundings(cores=1)), "x").warnings
    assert "so this is not Spark's own baseline: " in warning
    assert "spark.python.worker.reuse=false" in warning
    assert str(tmp_path / "spark-defaults.conf") in warning


def test_inherited_settings_are_stored_and_told_apart(sparkbench, folder):
    conf = folder / "conf"
    conf.mkdir()
    (conf / "spark-defaults.conf").write_text(
        "spark.streaming.blockInterval 50ms\nspark.app.password hunter2\n"
    )
    common = ("compare", "null", *SHORT, "--cores", "1", "--quiet")
    assert sparkbench(*common, "--out", "plain").code == 0
    assert sparkbench(*common, "--out", "own", SPARK_CONF_DIR=str(conf)).code == 0

    extra = json.loads((folder / "own" / "run.json").read_text())["environment"]["extra"]
    value = extra["inherited spark.streaming.blockInterval"]
    assert value == f"50ms ({conf / 'spark-defaults.conf'})"
    everything = "".join(
        path.read_text(errors="replace") for path in (folder / "own").rglob("*") if path.is_file()
    )
    assert "hunter2" not in everything, "a secret is hidden wherever the setting is named"

    answer = sparkbench("diff", "plain", "own", "--force")
    said = " ".join(answer.out.split())
    assert "spark.streaming.blockInterval" in said
    assert "Spark's own to 50ms" in said
