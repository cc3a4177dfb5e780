"""The digest in a result file: what it notices, and what it lets pass."""

from __future__ import annotations

import json

import pytest

from bench.results.reading import DIGEST, digest_of, read_json
from bench.results.store import RunStore
from tests.report.synthetic import make_info, make_trial


@pytest.fixture
def store(tmp_path):
    return RunStore.create(tmp_path / "run", make_info(digests=True))


def test_the_layout_of_a_file_is_the_users(store):
    path = store.write_trial(make_trial(1))
    data = json.loads(path.read_bytes())
    assert data[DIGEST] == digest_of(data)
    turned = dict(reversed(data.items()))
    path.write_text(json.dumps(turned, indent=7).replace("\n", "\r\n"))
    results, problems = store.read_trials()
    assert len(results) == 1
    assert problems == []


def test_a_changed_figure_is_noticed(store):
    path = store.write_trial(make_trial(1))
    text = path.read_text()
    path.write_text(text.replace('"throughput_per_s": ', '"throughput_per_s": 1'))
    assert store.read_trials() == (
        [],
        [
            f"trials/{path.name}: changed since it was written, its digest does not fit; skipped. "
            "`--resume` the run to repeat that trial."
        ],
    )


def test_a_digest_taken_away_is_noticed(store):
    path = store.write_trial(make_trial(1))
    data = json.loads(path.read_bytes())
    del data[DIGEST]
    path.write_text(json.dumps(data))
    assert store.read_trials()[0] == []


def test_a_run_of_an_earlier_version_has_none_and_is_read(tmp_path):
    store = RunStore.create(tmp_path / "old", make_info())
    path = store.write_trial(make_trial(1))
    data = json.loads(path.read_bytes())
    del data[DIGEST]
    path.write_text(json.dumps(data))
    assert len(store.read_trials()[0]) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[1e400]", "torn or damaged"),
        ("[NaN]", "torn or damaged"),
        ("[-Infinity]", "torn or damaged"),
        ("[" * 100_000, "torn or damaged"),
        ('{"a": "\ud800"}', "torn or damaged"),
        ('{"a": "\\ud800"}', "torn or damaged"),
        ('{"a": "\\ude00\\ud83d"}', "torn or damaged"),
    ],
)
def test_json_that_is_none(tmp_path, text, why):
    file = tmp_path / "file.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(ValueError, match=why):
        read_json(file)


def test_a_character_in_two_halves_is_one(tmp_path):
    file = tmp_path / "file.json"
    file.write_text('{"a": "\\ud83d\\ude00"}')
    assert read_json(file) == {"a": "😀"}
