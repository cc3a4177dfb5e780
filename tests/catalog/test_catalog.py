"""The catalogue as a whole: every job has both sides, and each says what it means."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import legacy_dstream
import structured
from bench.catalog.catalog import entries, entry, groups
from bench.catalog.entry import APIS, bounds, default
from bench.catalog.notes import LABELS
from bench.contract.jobs import JOBS, Param
from bench.errors import UsageError


def test_the_table_and_the_files_agree():
    for package in (legacy_dstream, structured):
        files = (Path(package.__path__[0]) / "jobs").glob("[!_]*.py")
        assert {file.stem for file in files} == set(JOBS)


@pytest.mark.parametrize("name", JOBS)
def test_every_job_has_both_sides_with_the_same_labels(name):
    one = entry(name)
    assert set(one.sides) == set(APIS)
    for engine, side in one.sides.items():
        labels = list(side.notes.labels)
        assert labels[: len(LABELS)] == list(LABELS), f"{engine}: {labels}"
        assert side.notes.summary, engine
        assert all(side.notes.labels.values()), engine
        assert set(one.paths(engine)) <= {"python", "jvm"}


@pytest.mark.parametrize("name", JOBS)
def test_the_path_the_table_gives_is_the_first_of_the_side(name):
    one = entry(name)
    usual = {"dstream": "python", "structured": "jvm"} | dict(one.info.paths)
    assert {engine: one.paths(engine)[0] for engine in one.sides} == usual


def test_every_group_is_listed_once():
    found = groups(entries())
    assert sum(map(len, found.values())) == len(JOBS)
    assert set(found) == {job.group for job in JOBS.values()}


def test_an_unknown_job_names_the_nearest():
    with pytest.raises(UsageError, match="did you mean 'echo'"):
        entry("ehco")


def test_it_is_json():
    for one in entries():
        assert json.loads(json.dumps(one.to_dict()))["name"] == one.info.name


def test_no_job_is_imported():
    code = (
        "import sys; from bench.catalog.catalog import entries; entries();"
        "bad = [m for m in sys.modules if m.split('.')[0] in"
        " ('pyspark', 'legacy_dstream', 'structured')]; sys.exit(repr(bad) if bad else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("param", "values", "written"),
    [
        (Param("k", 10, "", minimum=1, maximum=100), "1 to 100", "10"),
        (Param("k", 10.0, "", minimum=0.5), "from 0.5", "10"),
        (Param("k", 10, "", maximum=7), "up to 7", "10"),
        (Param("k", "a", "", choices=("a", "b")), "a or b", "a"),
        (Param("k", False, ""), "true or false", "false"),
        (Param("k", "x", ""), "", "x"),
    ],
)
def test_parameters_in_words(param, values, written):
    assert bounds(param) == values
    assert default(param) == written
