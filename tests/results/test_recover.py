"""What a loss of power leaves in a run's directory, and how the run gets over it."""

from __future__ import annotations

import pytest

from bench.results.store import RunStore
from tests.report.synthetic import make_info, make_trial


@pytest.fixture
def store(tmp_path):
    store = RunStore.create(tmp_path / "run", make_info())
    for number in (1, 2, 3):
        store.write_trial(make_trial(number))
    return store


def numbers(store):
    return [result.trial.number for result in store.read_trials()[0]]


@pytest.mark.parametrize("size", [0, 1, 100, -2])
def test_a_torn_file_is_set_aside_and_its_trial_can_run_again(store, size):
    path = store.trial_path(make_trial(2))
    whole = path.read_bytes()
    path.write_bytes(whole[:size])
    results, problems = store.recover()
    assert [result.trial.number for result in results] == [1, 3]
    assert len(problems) == 1
    assert path.name in problems[0]
    assert path.with_name(path.name + ".unreadable").read_bytes() == whole[:size]
    store.write_trial(make_trial(2))
    assert numbers(store) == [1, 2, 3]
    assert store.read_trials()[1] == []
    assert path.read_bytes() == whole


def test_what_was_half_written_is_removed(store):
    half = [store.path / ".run.json.tmp", store.path / "trials" / ".0004-dstream.json.tmp"]
    for path in half:
        path.write_bytes(b'{"trial": ')
    assert len(store.recover()[0]) == 3
    assert not any(path.exists() for path in half)


def test_every_attempt_is_given(store):
    store.write_trial(make_trial(2, attempt=2))
    assert [(r.trial.number, r.trial.attempt) for r in store.recover()[0]] == [
        (1, 1),
        (2, 1),
        (2, 2),
        (3, 1),
    ]


def test_a_copy_is_set_aside_and_the_first_kept(store):
    path = store.trial_path(make_trial(2))
    copy = path.with_name("0002-zz.json")
    copy.write_bytes(path.read_bytes())
    results, problems = store.recover()
    assert [result.trial.number for result in results] == [1, 2, 3]
    assert problems == [
        f"trials/{copy.name}: a second file for trial 2; kept as {copy.name}.unreadable"
    ]
    assert path.exists()


def test_a_whole_run_is_left_as_it_is(store):
    before = {path: path.read_bytes() for path in store.path.rglob("*") if path.is_file()}
    assert store.recover()[1] == []
    assert {p: p.read_bytes() for p in store.path.rglob("*") if p.is_file()} == before
