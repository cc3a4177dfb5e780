"""Exports: every format, whole, from the same run."""

from __future__ import annotations

import csv
import io
import json

import jsonschema
import pandas as pd
import pytest

from bench.errors import UsageError
from bench.report.export import FORMATS, TABLES, export, to_csv, to_json
from bench.results.schema_files import generate
from bench.run import Run
from tests.report.synthetic import make_info, make_results


@pytest.fixture(scope="module")
def run():
    return Run(None, make_info(), make_results(rounds=2))


def test_json_is_the_whole_run_in_the_documented_shape(run):
    data = json.loads(to_json(run))
    assert list(data) == ["run", "cells", "trials"]
    schemas = {name: json.loads(text) for name, text in generate().items()}
    jsonschema.validate(data["run"], schemas["run.schema.json"])
    for trial in data["trials"]:
        jsonschema.validate(trial, schemas["trial.schema.json"])
    assert len(data["trials"]) == len(run.results)
    by_cell = {(c["cell"]["trigger_s"], c["cell"]["cores"]): c for c in data["cells"]}
    both_ok = by_cell[(1.0, 2)]
    assert both_ok["comparisons"][0]["ratio"] > 0
    saturated = by_cell[(0.5, 1)]
    assert saturated["comparisons"][0]["ratio"] is None
    reason = saturated["comparisons"][0]["reason"]
    assert reason == "dstream is saturated, where structured keeps up"
    assert saturated["arms"][0]["figures"]["p99_s"] is None


@pytest.mark.parametrize("table", TABLES)
def test_csv_has_every_row_and_column(run, table):
    rows = list(csv.DictReader(io.StringIO(to_csv(run, table))))
    frame = getattr(run, table)
    assert len(rows) == len(frame)
    assert list(rows[0]) == list(frame.columns)


@pytest.mark.parametrize("table", TABLES)
def test_parquet_comes_back_the_same(run, tmp_path, table):
    export(run, "parquet", tmp_path / "out.parquet", table)
    frame = getattr(run, table)
    read = pd.read_parquet(tmp_path / "out.parquet")
    assert list(read.columns) == list(frame.columns)
    # Parquet has one kind of missing value where a column of text may hold two.
    for name in frame.columns:
        assert list(read[name].isna()) == list(frame[name].isna())
        assert list(read[name].dropna()) == list(frame[name].dropna())


@pytest.mark.parametrize("kind", sorted(set(FORMATS) - {"parquet"}))
def test_text_formats_go_to_a_file_or_come_back(run, tmp_path, kind):
    text = export(run, kind)
    assert export(run, kind, tmp_path / "out") == ""
    assert (tmp_path / "out").read_text() == text
    assert text.endswith("\n")


def test_wrong_arguments_are_one_sentence(run, tmp_path):
    with pytest.raises(UsageError, match="csv, parquet, json, md"):
        export(run, "xml")
    with pytest.raises(UsageError, match="trials, batches, cells"):
        export(run, "csv", table="records")
    with pytest.raises(UsageError, match="name a file"):
        export(run, "parquet")
    with pytest.raises(UsageError, match="does not exist"):
        export(run, "csv", tmp_path / "missing" / "out.csv")
    with pytest.raises(UsageError, match="is a directory"):
        export(run, "csv", tmp_path)


@pytest.mark.parametrize("kind", sorted(set(FORMATS) - {"parquet"}))
def test_a_run_without_trials_exports_too(kind):
    assert export(Run(None, make_info(), []), kind)
