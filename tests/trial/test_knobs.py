"""Profiles and guarantees of an arm, as settings of a trial and as words of a report."""

from __future__ import annotations

import pytest

from bench.contract import ENGINE_MODULES, PROFILES
from bench.contract.knobs import SINK_PREFIX, SOURCE_PREFIX
from bench.plan.arms import parse_arm
from bench.plan.axes import AXES, CONF_PREFIX
from bench.trial.knobs import engine_dimensions, engine_profiles, guarantee_words
from bench.trial.result import trial_info
from bench.trial.setup import chosen_conf, stream_options
from tests.trial.conftest import spec

ENGINES = tuple(ENGINE_MODULES)
ASYNC = "asyncProgressTrackingEnabled"


def options(tmp_path, arm, **changes):
    return stream_options(spec(arm=parse_arm(arm), **changes), (1,), 1.0, tmp_path, "measured")


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_has_every_profile_and_the_textbook_sets_nothing(engine):
    profiles = engine_profiles(engine)
    assert tuple(profiles) == PROFILES
    assert not profiles["textbook"]
    for name in ("textbook", "tuned"):
        assert not any(knob.weakens_guarantee for knob in profiles[name])
    keys = [{knob.key for knob in profiles[name]} for name in PROFILES]
    assert keys[0] <= keys[1] <= keys[2]


@pytest.mark.parametrize("engine", ENGINES)
def test_what_may_be_searched_is_a_key_of_an_arm(engine):
    for dimension in engine_dimensions(engine):
        assert dimension.key.startswith(CONF_PREFIX) or dimension.key in (*AXES, "batch")
        assert dimension.values
        arm = f"{engine}:mode=realtime," if dimension.key == "batch" else f"{engine}:"
        for value in dimension.values:
            assert parse_arm(f"{arm}{dimension.key}={value.replace('{slots}', '2')}")


@pytest.mark.parametrize("engine", ["dstream", "structured"])
def test_what_a_profile_sets_can_be_searched_with_the_same_promise(engine):
    weak = {(d.key, value): d.weakens for d in engine_dimensions(engine) for value in d.values}
    for knob in engine_profiles(engine)["fastest"]:
        assert weak[CONF_PREFIX + knob.key, knob.value] == knob.weakens_guarantee


def test_a_profile_is_applied_where_its_knobs_belong(tmp_path):
    plain = options(tmp_path, "structured")
    assert not {key for key in plain.conf if "checkpointFileManager" in key}
    tuned = options(tmp_path, "structured:profile=tuned")
    assert tuned.conf["spark.hadoop.fs.file.impl"].endswith("RawLocalFileSystem")
    assert tuned.sink_options == {}
    assert options(tmp_path, "structured:profile=fastest").sink_options == {ASYNC: "true"}
    slow = options(tmp_path, "dstream:profile=fastest")
    assert slow.conf["spark.streaming.blockInterval"] == "100ms"
    assert slow.source_options == {"storageLevel": "MEMORY_ONLY"}


def test_the_users_setting_wins_over_the_profile(tmp_path):
    mine = {"spark.streaming.blockInterval": "50ms", SOURCE_PREFIX + "storageLevel": "DISK_ONLY"}
    found = options(tmp_path, "dstream:profile=fastest", conf=mine)
    assert found.conf["spark.streaming.blockInterval"] == "50ms"
    assert found.source_options == {"storageLevel": "DISK_ONLY"}
    off = {SINK_PREFIX + ASYNC: "false"}
    found = options(tmp_path, "structured:profile=fastest", conf=off)
    assert found.sink_options == {ASYNC: "false"}


def test_a_knob_that_does_not_fit_the_job_or_sink_is_left_out(tmp_path):
    assert (
        options(tmp_path, "structured:profile=fastest", job="running_wordcount").sink_options == {}
    )
    assert options(tmp_path, "structured:profile=fastest", sink="files").sink_options == {}


@pytest.mark.parametrize("given", ["-XX:+UseParallelGC", "-Xss4m -XX:+UseSerialGC"])
def test_a_chosen_collector_takes_the_place_of_ours(tmp_path, given):
    ours = "spark.driver.defaultJavaOptions"
    assert "-XX:+UseG1GC" in options(tmp_path, "structured").conf[ours]
    chosen = options(tmp_path, "structured", conf={"spark.driver.extraJavaOptions": given})
    assert "GC" not in chosen.conf[ours]
    kept = options(tmp_path, "structured", conf={"spark.driver.extraJavaOptions": "-Xss4m"})
    assert "-XX:+UseG1GC" in kept.conf[ours]


def test_recoverable_sets_what_it_takes(tmp_path):
    wal = "spark.streaming.receiver.writeAheadLog.enable"
    assert wal not in options(tmp_path, "dstream").conf
    assert options(tmp_path, "dstream").checkpoint_dir is None
    found = options(tmp_path, "dstream:guarantee=recoverable")
    assert found.conf[wal] == "true"
    assert found.checkpoint_dir is not None
    for source in ("spooled", "native"):
        kept = options(tmp_path, f"structured:source={source},guarantee=recoverable")
        assert kept.source_options["durability"] == "batch"
    always = {SOURCE_PREFIX + "durability": "always"}
    spooled = options(tmp_path, "structured:source=spooled,guarantee=recoverable", conf=always)
    assert spooled.source_options["durability"] == "always"


@pytest.mark.parametrize(
    ("arm", "words"),
    [
        ("dstream", "none"),
        ("dstream:guarantee=recoverable", "recoverable (write-ahead log and checkpoint)"),
        ("structured", "logs"),
        ("structured:profile=tuned", "logs"),
        ("structured:profile=fastest", "logs, written late"),
        ("structured:source=directory,guarantee=recoverable", "recoverable (files and checkpoint)"),
        ("structured:source=native", "logs (lines in the driver's memory)"),
        ("structured:mode=realtime", "at least once (lines in the driver's memory)"),
        ("structured:source=native,guarantee=recoverable", "recoverable (spool on disk"),
        ("structured:mode=realtime,guarantee=recoverable", "recoverable (at least once: spool"),
        ("null", "none"),
    ],
)
def test_the_guarantee_in_words(arm, words):
    trial = spec(arm=parse_arm(arm))
    assert guarantee_words(trial, chosen_conf(trial)).startswith(words)


def test_a_result_says_profile_guarantee_and_what_they_set():
    info = trial_info(spec(arm=parse_arm("structured:profile=tuned"), conf={"spark.x": "1"}))
    assert info.profile == "tuned"
    assert info.guarantee == "logs"
    assert set(info.profile_conf) == {knob.key for knob in engine_profiles("structured")["tuned"]}
    assert info.spark_conf == {"spark.x": "1"}
