"""The parts of the contract that need no engine: files, rows, the database, parameters."""

from __future__ import annotations

import pickle
import sqlite3
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import EngineError, Options
from bench.contract.files import END, file_name, is_complete, ranges_of, stream_folder
from bench.contract.job_modules import build_params, inputs_of, why_not
from bench.contract.jobs import JOBS, JobInfo, Param, check_params
from bench.contract.rows import size_of, text_of
from bench.contract.sqlite_file import SqliteFile

PARAMS = (
    Param("k", 10, "a number", minimum=1, maximum=99),
    Param("share", 0.5, "a share"),
    Param("how", "keep", "what", choices=("keep", "drop")),
    Param("on", False, "a switch"),
)


def options(job="echo", streams=1, **changes) -> Options:
    return Options((("h", 1),) * streams, 1.0, job=job, **changes)


def test_a_files_name_tells_its_records_and_neighbours_are_joined():
    names = [file_name(1, 40, 10), file_name(0, 0, 5), file_name(1, 50, 1), file_name(1, 60, 2)]
    paths = [f"file:/tmp/in%20put/1/{name}" for name in names]
    assert ranges_of([*paths, f"/tmp/{END}", "other.txt", ""]) == (
        (0, 0, 5),
        (1, 40, 11),
        (1, 60, 2),
    )


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 50)), max_size=30), st.randoms())
def test_consecutive_files_in_any_order_are_one_range_a_stream(pieces, rng):
    ends: dict[int, int] = {}
    names = []
    for stream, count in pieces:
        names.append(file_name(stream, ends.get(stream, 0), count))
        ends[stream] = ends.get(stream, 0) + count
    rng.shuffle(names)
    assert ranges_of(names) == tuple((stream, 0, end) for stream, end in sorted(ends.items()))


def test_a_stream_has_its_folder_and_is_complete_when_it_says_so(tmp_path):
    folder = stream_folder(str(tmp_path), 3)
    assert not is_complete(str(tmp_path), 3)
    (tmp_path / "3" / END).touch()
    assert folder == str(tmp_path / "3")
    assert is_complete(str(tmp_path), 3)


@pytest.mark.parametrize(
    ("row", "text"),
    [("as it is, null", "as it is, null"), (("a", 1, 2.5, None, True), "a,1,2.5,true"), (7, "7")],
)
def test_a_row_as_text(row, text):
    assert text_of(row) == text


def test_sizes_are_those_of_utf8():
    assert size_of(["é", "abc", ""]) == 5


def test_a_batch_that_comes_again_is_stored_once(tmp_path):
    path = str(tmp_path / "deep" / "output.sqlite")
    file = SqliteFile(path)
    assert file.write(7, ["a", "é"]) == (2, 3)
    assert file.write(8, []) == (0, 0)
    again = pickle.loads(pickle.dumps(file))  # as a checkpoint brings it back
    assert again.write(7, ["a", "é"]) == (2, 3)
    again.write(9, ["c"])
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT batch, value FROM results ORDER BY batch, value").fetchall()
        assert rows == [(7, "a"), (7, "é"), (9, "c")]
        assert database.execute("SELECT id, records FROM batches").fetchall() == [
            (7, 2),
            (8, 0),
            (9, 1),
        ]
    database.close()
    file.close()
    again.close()


def test_a_batch_is_stored_whole_or_not_at_all(tmp_path):
    path = str(tmp_path / "output.sqlite")
    file = SqliteFile(path)
    with pytest.raises(sqlite3.Error):
        file.write(1, ["good", object()])  # type: ignore[list-item]
    assert file.write(1, ["good"]) == (1, 4)
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT value FROM results").fetchall() == [("good",)]
    database.close()
    file.close()


def test_parameters_are_read_by_the_type_of_their_default():
    given_texts = {"k": "5", "share": "0.25", "how": "drop", "on": "yes"}
    assert check_params(PARAMS, given_texts) == {"k": 5, "share": 0.25, "how": "drop", "on": True}
    assert check_params(PARAMS, {}) == {"k": 10, "share": 0.5, "how": "keep", "on": False}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"n": "1"}, "'n' is not known; this job takes k, share, how, on"),
        ({"k": "many"}, "'many' is not a whole number"),
        ({"k": "0"}, "out of range; give 1 to 99"),
        ({"share": "x"}, "'x' is not a number"),
        ({"how": "leave"}, "'leave' is not one of keep, drop"),
        ({"on": "perhaps"}, "neither true nor false"),
    ],
)
def test_a_parameter_that_cannot_be_is_refused(values, words):
    with pytest.raises(ValueError, match=words):
        check_params(PARAMS, values)


@pytest.mark.parametrize(
    ("inputs", "groups"),
    [(1, ["abcde"]), (2, ["ace", "bd"]), (3, ["ad", "be", "c"]), (0, list("abcde"))],
)
def test_streams_are_dealt_to_the_inputs_in_turn(inputs, groups):
    info = JobInfo("j", "J", "yours", inputs=inputs)
    assert inputs_of(info, "abcde") == [list(group) for group in groups]
    assert info.least_streams == (inputs or 2)


def test_a_job_is_built_with_all_its_parameters_and_the_partitions():
    assert build_params(options("topk", job_params={"k": 3}, partitions=2)) == {
        "k": 3,
        "partitions": 2,
    }
    assert build_params(options())["partitions"] is None
    with pytest.raises(EngineError, match="job topk: parameter k"):
        build_params(options("topk", job_params={"k": "x"}))


def test_why_a_job_cannot_run():
    job = ModuleType("job")
    assert why_not(job, options(), ["jvm"]) is None
    assert "no python path here, only jvm" in (why_not(job, options(path="python"), ["jvm"]) or "")
    job.NEEDS = ("json", "no_such_module_anywhere")  # type: ignore[attr-defined]
    assert "needs the Python module no_such_module_anywhere" in (
        why_not(job, options(), ["jvm"]) or ""
    )
    job.NEEDS = ()  # type: ignore[attr-defined]
    assert "reads 2 streams" in (why_not(job, options("union"), ["jvm"]) or "")
    assert why_not(job, options("union", streams=3), ["jvm"]) is None


def test_the_table_is_sound():
    for name, job in JOBS.items():
        assert name == job.name
        assert job.title[0].isupper()
        assert not job.title.endswith(".")
        assert job.group in ("stateless", "stateful", "windowed", "two streams", "composite")
        check_params(job.params, {})
        assert len({param.name for param in job.params}) == len(job.params)
        assert "partitions" not in {param.name for param in job.params}
