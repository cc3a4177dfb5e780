"""The run directory: whole files or none, and nothing read that cannot be trusted."""

from __future__ import annotations

import json
import os
import tempfile
from datetime import date
from multiprocessing.pool import ThreadPool

import pytest

from bench.errors import EnvironmentProblem, UsageError
from bench.results.schema import SCHEMA_VERSION
from bench.results.store import (
    RunStore,
    list_runs,
    next_run_dir,
    resolve_run,
    trial_file_name,
)
from tests.report.synthetic import make_info, make_trial


@pytest.fixture
def store(tmp_path):
    return RunStore.create(tmp_path / "run", make_info())


class PowerCut(BaseException):
    """Ends a write the way SIGKILL would: nothing after it runs that could tidy up."""


def test_a_new_run_has_its_rooms_and_its_info(store):
    names = {path.name for path in store.path.iterdir()}
    assert names == {"run.json", "trials", "logs", "report"}
    assert RunStore.open(store.path).info == make_info()
    assert store.report_dir.is_dir()
    assert store.log_path(7).parent.is_dir()
    assert store.log_path(7).name == "0007-trial.log"
    assert store.log_path(7, attempt=2) != store.log_path(7)


def test_create_accepts_an_empty_directory_and_refuses_any_other(tmp_path, store):
    (tmp_path / "empty").mkdir()
    RunStore.create(tmp_path / "empty", make_info())
    with pytest.raises(UsageError, match="already holds a run"):
        RunStore.create(store.path, make_info())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        RunStore.create(tmp_path / "full", make_info())
    assert os.listdir(tmp_path / "full") == ["thesis.txt"]


def test_create_where_nothing_can_be_written_writes_nothing(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        RunStore.create(tmp_path / "file", make_info())
    with pytest.raises(UsageError, match="cannot be written"):
        RunStore.create(tmp_path / "file" / "run", make_info())


def test_create_in_a_read_only_directory(tmp_path, monkeypatch):
    def refuse(**_options):
        raise PermissionError(13, "Permission denied")

    # Root may write everywhere, so taking the right away would prove nothing in a container.
    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    (tmp_path / "locked").mkdir()
    with pytest.raises(UsageError, match="cannot be written"):
        RunStore.create(tmp_path / "locked", make_info())
    assert os.listdir(tmp_path / "locked") == []


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "no run.json"),
        ("{", "not readable as JSON"),
        ("[]", "not a run"),
        ('{"run_id": "x"}', "not a run"),
        (json.dumps({"schema_version": SCHEMA_VERSION + 1}), "newer sparkbench"),
    ],
)
def test_open_refuses_what_is_no_run(tmp_path, content, why):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(UsageError, match=why):
        RunStore.open(tmp_path)


def test_open_refuses_a_missing_directory(tmp_path):
    with pytest.raises(UsageError, match="no such run directory"):
        RunStore.open(tmp_path / "missing")


def test_a_trial_comes_back_as_it_was_to_the_microsecond(store):
    result = make_trial(7, "structured:path=jvm,profile=textbook")
    path = store.write_trial(result)
    assert path.name == "0007-structured-path-jvm-profile-textbook.json"
    (read,), problems = store.read_trials()
    assert problems == []
    for mine, theirs in zip(result.batches, read.batches, strict=True):
        assert theirs.visible == pytest.approx(mine.visible, abs=1e-6, rel=0)
        assert theirs.phases == pytest.approx(mine.phases, abs=1e-6)
        assert (theirs.batch_id, theirs.ranges, theirs.warmup) == (
            mine.batch_id,
            mine.ranges,
            mine.warmup,
        )
    exclude = {"batches"}
    assert read.model_dump(exclude=exclude) == result.model_dump(exclude=exclude)


def test_a_file_stays_small_and_readable(store):
    result = make_trial(1, trigger_s=0.1, duration_s=20)
    path = store.write_trial(result)
    text = path.read_text()
    assert len(text) / len(result.batches) < 400
    # A batch a line, so that any pager shows the table.
    assert sum(line.startswith('  {"batch_id"') for line in text.splitlines()) == len(
        result.batches
    )


def test_what_json_cannot_hold_is_refused_and_leaves_nothing(store):
    result = make_trial(1)
    result.throughput_per_s = float("nan")
    with pytest.raises(ValueError, match="JSON"):
        store.write_trial(result)
    assert os.listdir(store.path / "trials") == []


def test_torn_foreign_and_edited_files_are_named_and_skipped(store):
    good = store.write_trial(make_trial(1))
    trials = store.path / "trials"
    text = good.read_text()
    (trials / "0002-dstream.json").write_text(text[: len(text) // 2])
    (trials / "0003-dstream.json").write_bytes(b"\0" * 4096)
    (trials / "0004-dstream.json").write_text(text)
    (trials / "0005-dstream.json").write_text(text.replace('"status": "ok"', '"status": "great"'))
    newer = text.replace('"schema_version": 1', '"schema_version": 99')
    (trials / "0006-dstream.json").write_text(newer)
    (trials / "0001-other.json").write_text(text)
    (trials / "notes.txt").write_text("not ours")

    results, problems = store.read_trials()

    assert [result.trial.number for result in results] == [1]
    for name, why in {
        "0002-dstream.json": "torn",
        "0003-dstream.json": "torn",
        "0004-dstream.json": "its name does not fit",
        "0005-dstream.json": "changed since it was written",
        "0006-dstream.json": "newer sparkbench",
        "0001-other.json": "second file for trial 1",
    }.items():
        (found,) = [problem for problem in problems if problem.startswith(f"trials/{name}: ")]
        assert why in found
    assert len(problems) == 6


@pytest.mark.parametrize("point", ["fsync", "replace"])
def test_a_crash_before_the_rename_leaves_the_old_state(store, monkeypatch, point):
    store.write_trial(make_trial(1))

    def crash(*_arguments):
        raise PowerCut

    before = make_trial(1, slowdown=1.0)
    with monkeypatch.context() as patch:
        patch.setattr(os, point, crash)
        with pytest.raises(PowerCut):
            store.write_trial(make_trial(1, slowdown=3.0))
        with pytest.raises(PowerCut):
            store.write_trial(make_trial(2))
        with pytest.raises(PowerCut):
            store.update_info(finished_at=1.0)
    results, problems = RunStore.open(store.path).read_trials()
    assert problems == []
    assert [result.trial.number for result in results] == [1]
    assert results[0].latency_s == before.latency_s
    assert RunStore.open(store.path).info == make_info()
    # What the crash left behind does not stand in the way, and does not stay.
    store.write_trial(make_trial(2))
    store.write_trial(make_trial(1))
    assert sorted(os.listdir(store.path / "trials")) == ["0001-dstream.json", "0002-dstream.json"]


def test_a_full_disk_is_one_sentence_and_leaves_no_rest(store, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="No space left on device"):
        store.write_trial(make_trial(1))
    assert os.listdir(store.path / "trials") == []


def test_the_latest_attempt_counts(store):
    store.write_trial(make_trial(2, attempt=2))
    store.write_trial(make_trial(2, status="failed", reasons=["lost"]))
    store.write_trial(make_trial(1, "structured"))
    results, problems = store.read_trials()
    assert problems == []
    assert [(r.trial.number, r.trial.attempt, r.status) for r in results] == [
        (1, 1, "ok"),
        (2, 2, "ok"),
    ]
    assert trial_file_name(2, "dstream", 2) == "0002-dstream.attempt-2.json"


def test_update_info_checks_and_persists(store):
    store.update_info(finished_at=12.5, planned_trials=3)
    assert RunStore.open(store.path).info.finished_at == 12.5
    with pytest.raises(ValueError, match="planned_trials"):
        store.update_info(planned_trials="many")
    assert RunStore.open(store.path).info.planned_trials == 3


@pytest.mark.parametrize("arm", ["../../etc/passwd", "ä" * 300, "", "a/b\\c:d*e?"])
def test_any_arm_makes_a_plain_file_name(store, arm):
    path = store.write_trial(make_trial(3, arm))
    assert path.parent == store.path / "trials"
    assert path.name.isascii()
    assert len(path.name) < 100
    assert len(store.read_trials()[0]) == 1


def test_new_directories_never_collide(tmp_path):
    day = date(2026, 1, 2)
    with ThreadPool(8) as pool:
        made = pool.map(lambda _: next_run_dir(tmp_path / "runs", day), range(40))
    assert sorted(made) == sorted(tmp_path / "runs" / f"2026-01-02-{n}" for n in range(1, 41))


def test_resolving_a_run(tmp_path):
    runs = tmp_path / "runs"
    with pytest.raises(UsageError, match="no run in"):
        resolve_run("last", runs)
    # By start, not by name: 10 sorts before 9.
    for n, started in ((9, 100.0), (10, 200.0)):
        RunStore.create(runs / f"2026-01-02-{n}", make_info(started_at=started))
    (runs / "2026-01-02-11").mkdir()
    (runs / "2026-01-02-12").mkdir()
    (runs / "2026-01-02-12" / "run.json").write_text("torn")
    assert resolve_run("last", runs) == runs / "2026-01-02-10"
    assert resolve_run("2026-01-02-9", runs) == runs / "2026-01-02-9"
    assert resolve_run(runs / "2026-01-02-9", runs) == runs / "2026-01-02-9"
    found, problems = list_runs(runs)
    assert [path.name for path, _info in found] == ["2026-01-02-9", "2026-01-02-10"]
    assert len(problems) == 1
    with pytest.raises(UsageError, match="no such run"):
        resolve_run("nowhere", runs)
    with pytest.raises(UsageError, match=r"no run\.json"):
        resolve_run(runs / "2026-01-02-11", runs)
