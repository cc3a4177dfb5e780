"""The committed JSON Schemas of a run's files and of plan files.

``python -m bench.results.schema_files`` writes them anew.
"""

from __future__ import annotations

import json
from pathlib import Path

from bench.plan.file import plan_schema
from bench.results.schema import Record, RunInfo, TrialResult

SCHEMAS_DIR = Path(__file__).parent / "schemas"

PLAN_SCHEMA = "plan.schema.json"

_MODELS: dict[str, type[Record]] = {"trial.schema.json": TrialResult, "run.schema.json": RunInfo}


def generate() -> dict[str, str]:
    """File name to text of each schema, as the code defines it now."""
    texts = {}
    for name, model in _MODELS.items():
        schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **model.model_json_schema(mode="serialization"),
        }
        texts[name] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    texts[PLAN_SCHEMA] = json.dumps(plan_schema(), indent=2, ensure_ascii=False) + "\n"
    return texts


if __name__ == "__main__":
    SCHEMAS_DIR.mkdir(exist_ok=True)
    for file_name, text in generate().items():
        (SCHEMAS_DIR / file_name).write_text(text, encoding="utf-8")
