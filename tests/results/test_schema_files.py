"""The committed JSON Schemas: what the code defines, and what is written."""

from __future__ import annotations

import json

import jsonschema
import pytest

from bench.results.schema_files import SCHEMAS_DIR, generate
from bench.results.store import RunStore
from tests.report.synthetic import make_info, make_trial


def schema(name):
    return json.loads((SCHEMAS_DIR / name).read_text(encoding="utf-8"))


def test_committed_schemas_are_what_the_code_defines():
    committed = {path.name: path.read_text(encoding="utf-8") for path in SCHEMAS_DIR.iterdir()}
    assert committed == generate(), "run: python -m bench.results.schema_files"


@pytest.mark.parametrize("status", ["ok", "saturated", "unsupported", "failed"])
def test_written_files_validate(tmp_path, status):
    store = RunStore.create(tmp_path / "run", make_info())
    path = store.write_trial(make_trial(1, status=status, reasons=["because"]))
    for name, file in {
        "trial.schema.json": path,
        "run.schema.json": store.path / "run.json",
    }.items():
        jsonschema.Draft202012Validator.check_schema(schema(name))
        jsonschema.validate(
            json.loads(file.read_text()), schema(name), cls=jsonschema.Draft202012Validator
        )


def test_the_schema_refuses_what_is_wrong(tmp_path):
    store = RunStore.create(tmp_path / "run", make_info())
    data = json.loads(store.write_trial(make_trial(1)).read_text())
    for change in ({"status": "great"}, {"extra": 1}, {"batches": [{}]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data | change, schema("trial.schema.json"))
