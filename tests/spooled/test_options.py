"""Options: read in any case, refused in one sentence, and documented."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from structured.spooled import SpoolError, requirements
from structured.spooled.errors import spoken
from structured.spooled.options import SpoolOptions, describe, read_options
from structured.spooled.quantities import (
    format_seconds,
    format_size,
    parse_count,
    parse_seconds,
    parse_size,
)

GIVEN = {"path": "/spool", "port": "1100"}


def test_names_come_in_any_case_and_values_as_text():
    options = read_options(
        {**GIVEN, "MAXSPOOLBYTES": "2g", "retainbatches": 3, "durability": "Always", "__x": "y"}
    )
    assert options == SpoolOptions(
        path="/spool",
        port=1100,
        max_spool_bytes=2 << 30,
        retain_batches=3,
        durability="always",
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"port": "1"}, r"option 'path': .* \.load\("),
        ({"path": "/x"}, r"option 'port': .* give \.option\('port'"),
        ({**GIVEN, "port": "70000"}, r"70000 is not a port"),
        ({**GIVEN, "port": "http"}, r"option 'port': 'http' is not a whole number"),
        ({**GIVEN, "durability": "most"}, r"'most' is none of none, batch, always"),
        ({**GIVEN, "encodingErrors": "x"}, r"'x' is none of replace, ignore, strict"),
        ({**GIVEN, "maxSpoolBytes": "much"}, r"'maxSpoolBytes': 'much' is not a size"),
        ({**GIVEN, "maxSpoolBytes": "0"}, r"'maxSpoolBytes' must be 1 or more"),
        ({**GIVEN, "maxLineBytes": "2g"}, r"'maxLineBytes' must lie between 1 and 1g"),
        ({**GIVEN, "connectTimeout": "-1s"}, r"'connectTimeout': '-1s' is not a duration"),
        ({**GIVEN, "maxSpoolByte": "1"}, r"did you mean 'maxSpoolBytes'\?"),
        ({**GIVEN, "rowsPerSecond": "1"}, r"it has path, port, host"),
        (
            {**GIVEN, "maxRecordsPerTrigger": "1", "maxBytesPerTrigger": "1k"},
            r"exclude each other",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(given, sentence):
    with pytest.raises(SpoolError, match=sentence) as told:
        read_options(given)
    assert "\n" not in str(told.value)


def test_every_option_is_documented_with_its_default():
    text = (Path(__file__).parents[2] / "docs" / "spooled.md").read_text(encoding="utf-8")
    for name, default, meaning in describe():
        assert f"| `{name}` | {default} | {meaning} |" in text


@given(st.integers(0, 1 << 60))
def test_sizes_are_read_back(size):
    assert parse_size(format_size(size)) == size


@given(st.integers(0, 10_000_000).map(lambda ms: ms / 1000))
def test_durations_are_read_back_to_six_digits(seconds):
    assert parse_seconds(format_seconds(seconds)) == pytest.approx(seconds, rel=1e-5)


def test_spellings():
    assert [parse_size(t) for t in ("7", "1k", "1K", "1kb", "1 MiB")] == [
        7,
        1024,
        1024,
        1024,
        1 << 20,
    ]
    assert [parse_seconds(t) for t in ("2", "500ms", "1.5s", "2min")] == [2.0, 0.5, 1.5, 120.0]
    assert [parse_count(t) for t in ("0", "12", "1e6")] == [0, 12, 1_000_000]
    for bad in ("-1", "1.5", "many", "nan", "1e-3"):
        with pytest.raises(ValueError, match="is not a whole number"):
            parse_count(bad)


def test_files_are_small_against_the_spool():
    assert SpoolOptions(max_spool_bytes=80).file_bytes == 10
    assert SpoolOptions().file_bytes == SpoolOptions().segment_bytes


def test_the_sentence_is_found_in_what_spark_says():
    text = (
        "[PYTHON_STREAMING_DATA_SOURCE_RUNTIME_ERROR] Failed when Python streaming data source\n"
        "Traceback (most recent call last):\n  raise SpoolError(\n"
        "structured.spooled.errors.SpoolError: the disk is full: free some space\n SQLSTATE: 38000"
    )
    assert spoken(text) == "the disk is full: free some space"
    assert spoken("something else") is None


def test_an_old_pyspark_and_a_missing_pyarrow_are_said_in_one_sentence(monkeypatch):
    import structured.spooled as package

    assert requirements.missing() is None
    monkeypatch.setattr(requirements, "API", "pyspark.sql.no_such_module")
    with pytest.raises(ImportError, match=r"needs PySpark 4\.2 or newer, .*; this is PySpark \d"):
        _ = package.SpooledSocketDataSource
    monkeypatch.undo()
    real = requirements._found
    monkeypatch.setattr(requirements, "_found", lambda name: name != "pyarrow" and real(name))
    with pytest.raises(ImportError, match=r"needs pyarrow: install it"):
        _ = package.SpooledSocketDataSource


def test_it_stands_alone():
    """Neither the rest of the project nor, for the files alone, Spark or Arrow."""
    code = (
        "import sys, json, structured.spooled, structured.spooled.live\n"
        "print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})))"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert not {"bench", "legacy_dstream", "pyspark", "pyarrow", "numpy"} & set(
        json.loads(told.stdout)
    )
