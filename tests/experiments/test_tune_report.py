"""The report of a search for settings: sentences, front, what is pasted, what is not claimed."""

from __future__ import annotations

import json
import re
import shlex

import pytest

from bench.experiments.tune.document import (
    headline,
    paste,
    settings_words,
    tune_data,
    tune_lines,
    tune_markdown,
    tune_report,
)
from bench.experiments.tune.paste import PROMISED, option_lines, python_text
from bench.plan.arms import parse_arm
from bench.report.profiles import profile_data, profile_lines
from bench.results.schema import REQUESTS, Requests
from bench.run import Run
from bench.trial.knobs import engine_profiles
from tests.experiments.tuned_systems import System, make_tune, run
from tests.report.synthetic import make_info

GAIN = {("a", "1"): 0.5}


@pytest.fixture(scope="module")
def won():
    tune = make_tune()
    return tune_report(tune, run(tune, System(GAIN)))


@pytest.fixture(scope="module")
def lost():
    for seed in range(20):
        tune = make_tune(seed=seed)
        report = tune_report(tune, run(tune, System(noise=0.1, seed=seed)))
        if report.conclusion.word == "refuted":
            return report
    raise AssertionError("no search had a lucky candidate")


def text_of(report):
    lines = tune_lines(report, "runs/x")
    parts = [part.text if hasattr(part, "text") else str(part.lines(200)) for part in lines]
    return "\n".join(parts)


def test_a_confirmed_winner_is_said_with_its_interval_and_printed_to_paste(won):
    assert re.match(r"Confirmed: try \d+, end-to-end latency, p99 is 0\.\d\dx that", headline(won))
    assert won.winner.config["conf.a"] == "1"
    text = text_of(won)
    assert "--conf a=1" in text
    assert "On the command line:" in text
    data = tune_data(won)
    assert data["winner"]["settings"] == dict(won.winner.config)
    assert data["verdict"]["high"] < 1
    json.dumps(data, allow_nan=False)


def test_what_was_not_confirmed_is_never_recommended(lost):
    assert "No better than the arm as it is was confirmed" in headline(lost)
    text = text_of(lost) + tune_markdown(lost)
    assert "--conf" not in text
    assert "On the command line" not in text
    assert lost.winner is None
    assert paste(lost) == ""
    assert tune_data(lost)["winner"] is None


def test_an_interrupted_search_says_how_to_go_on():
    tune = make_tune()
    results = run(tune, System(GAIN))[:9]
    report = tune_report(tune, results)
    assert headline(report).startswith("Not finished: nothing is confirmed.")
    assert "sparkbench tune --resume runs/x" in text_of(report)
    assert tune_report(tune, []).tried == ()
    assert text_of(tune_report(tune, []))


def test_the_front_holds_what_nothing_beats(won):
    on_front = [t for t in won.tried if t.front]
    assert on_front
    best = min(won.tried, key=lambda t: t.p99_s)
    assert best.front
    grid = next(part for part in tune_lines(won) if hasattr(part, "rows"))
    assert any("*" in row[0] for row in grid.rows)


def test_a_bound_that_nobody_keeps_fails_the_gate():
    tune = make_tune(bound_s=0.01)
    assert tune_report(tune, run(tune, System(GAIN))).gate_failed
    tune = make_tune(bound_s=5.0)
    assert not tune_report(tune, run(tune, System(GAIN))).gate_failed
    assert not tune_report(make_tune(), []).gate_failed


def test_the_markdown_holds_table_plot_and_settings(won):
    text = tune_markdown(won, "front.png")
    assert text.startswith("# Settings for null")
    assert "![Latency against work rate](front.png)" in text
    assert "```\n--conf a=1" in text


def test_the_plot_has_a_point_for_each_configuration(won):
    from bench.experiments.tune.plot import front_figure

    ax = front_figure(won).axes[0]
    points = [line for line in ax.lines if line.get_marker() not in ("None", None, "")]
    assert len(points) == len(won.tried)


def test_elsewhere_a_search_gets_no_verdicts(won):
    """The same trials, read by ``show`` or ``report``: the search judges nothing by itself."""
    tune = make_tune()
    results = run(tune, System(GAIN))
    info = make_info().model_copy(
        update={"plan": tune.plan.to_dict(), "finished_at": 1.0, "parts": []}
    )
    summary = Run(None, info, results).summaries[0]
    assert summary.comparisons
    for comparison in summary.comparisons:
        assert comparison.ratio is None
        assert comparison.verdict.word == "unranked"


def test_settings_are_quoted_for_a_shell_and_compile_as_python():
    config = {
        "trigger": "500ms",
        "conf.spark.driver.extraJavaOptions": "-XX:+UseParallelGC -Xss4m",
        "conf.sparkbench.source.numPartitions": "4",
        "conf.sparkbench.sink.asyncProgressTrackingEnabled": "true",
        "streams": "2",
    }
    words = shlex.split(" ".join(option_lines(config)))
    assert words[:2] == ["--trigger", "500ms"]
    assert words[3] == "spark.driver.extraJavaOptions=-XX:+UseParallelGC -Xss4m"
    text = python_text(parse_arm("structured:conf.spark.y=1"), config, 1.0)
    compile(text, "pasted", "exec")
    for part in (
        ".config('spark.driver.extraJavaOptions', '-XX:+UseParallelGC -Xss4m')",
        ".config('spark.y', '1')",
        ".option('numPartitions', '4')",
        ".option('asyncProgressTrackingEnabled', 'true')",
        '.trigger(processingTime="500 milliseconds")',
    ):
        assert part in text
    assert "sparkbench" not in text
    level = {"conf.sparkbench.source.storageLevel": "MEMORY_ONLY", "conf.spark.z": "2"}
    text = python_text(parse_arm("dstream"), level, 0.5)
    compile(text, "pasted", "exec")
    assert "StreamingContext(context, 0.5)" in text
    assert "StorageLevel.MEMORY_ONLY" in text
    assert "conf.set('spark.z', '2')" in text


def test_the_spooled_source_is_pasted_as_it_is_used():
    from structured.knobs import RECOVERABLE

    config = {"conf.sparkbench.source.targetPartitionBytes": "4m"}
    text = python_text(parse_arm("structured:source=spooled"), config, 1.0)
    compile(text, "pasted", "exec")
    for part in (
        "from structured.spooled import SpooledSocketDataSource",
        "spark.dataSource.register(SpooledSocketDataSource)",
        ".option('port', '1100')",
        ".option('targetPartitionBytes', '4m')",
        ".load('/data/spool')",
    ):
        assert part in text
    assert "checkpointLocation" not in text
    arm = parse_arm("structured:source=spooled,guarantee=recoverable")
    text = python_text(arm, config, 1.0)
    assert ".option('checkpointLocation', '/data/checkpoint')" in text
    assert ".option('durability', 'batch')" in text
    text = python_text(parse_arm("structured:source=native,guarantee=recoverable"), {}, 1.0)
    assert ".option('spool', '/data/spool')" in text
    for source, settings in PROMISED.items():
        assert {f"sparkbench.source.{k}": v for k, v in settings.items()} == RECOVERABLE[source]


def test_a_configuration_in_words():
    tune = make_tune()
    assert settings_words(tune, {}) == "none"
    assert settings_words(tune, {"conf.a": "1", "conf.x": "org.y.Z"}) == "fast 1, x Z"


def test_every_knob_stands_in_the_table_of_profiles():
    profiles = {engine: engine_profiles(engine) for engine in ("dstream", "structured", "null")}
    lines = profile_lines(profiles)
    text = "\n".join(
        part.text if hasattr(part, "text") else " ".join(" ".join(row) for row in part.rows)
        for part in lines
    )
    for engine, sets in profiles.items():
        for knobs in sets.values():
            for knob in knobs:
                assert knob.option in text, engine
                assert knob.reason in text
                assert (knob.effect or "not measured by itself") in text
    data = profile_data(profiles)
    assert {"engine", "conf", "effect", "reason", "weakens_guarantee"} <= set(data[0])
    late = [d for d in data if d["option"] == "asyncProgressTrackingEnabled"]
    assert late[0]["profiles"] == ["fastest"]
    assert late[0]["weakens_guarantee"]


def test_what_is_pasted_keeps_its_lines_and_indentation(won, capsys, monkeypatch):
    import sys

    from bench.document.parts import Code
    from bench.document.terminal import print_lines
    from bench.report.html.blocks import blocks

    code = python_text(parse_arm("structured"), {"conf.spark.a": "x" * 200}, 1.0)
    monkeypatch.setenv("COLUMNS", "60")
    print_lines([Code(code)], sys.stdout)
    assert capsys.readouterr().out == code + "\n"
    assert [block.kind for block in blocks([Code(code)])] == ["code"]
    assert sum(isinstance(part, Code) for part in tune_lines(won)) == 2


def test_real_time_mode_is_pasted_with_a_batch_of_its_own_and_no_trigger():
    arm = parse_arm("structured:mode=realtime")
    text = python_text(arm, {"batch": "30s"}, 1.0)
    compile(text, "pasted", "exec")
    assert '.trigger(realTime="30000 milliseconds")' in text
    assert '.outputMode("update")' in text
    assert "processingTime" not in text
    assert 'format("native_socket")' in text
    assert '.trigger(realTime="5000 milliseconds")' in python_text(arm, {}, 1.0)
    assert option_lines({"batch": "30s"}) == ["batch=30s in the arm"]


def test_requests_of_the_checkpoint_are_a_column_where_they_were_counted(won):
    assert "req/batch" not in text_of(won)
    tune = make_tune()
    counts = dict.fromkeys(REQUESTS, 0) | {"creates": 20, "renames": 20, "opens": 7}
    asked = Requests(batches=10, length_s=10.0, **counts)
    results = [one.model_copy(update={"requests": asked}) for one in run(tune, System(GAIN))]
    report = tune_report(tune, results)
    assert report.tried[0].requests_per_batch == 4.0
    assert "req/batch" in text_of(report)
    assert "object stores charge" in tune_markdown(report)
