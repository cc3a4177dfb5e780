"""docs/verify.md says what the code does."""

from __future__ import annotations

import random
import re
from dataclasses import fields
from pathlib import Path

from bench.verify.hostile import FIRST, LAST, cases
from bench.verify.inputs import hostile_input
from bench.verify.outcome import SHOWN, Outcome
from bench.verify.run import DEFAULT_RECORDS

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "verify.md").read_text()


def test_every_hostile_case_is_documented_and_no_other():
    table = DOCS.split("## What the APIs make of hostile content")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    documented = set(re.findall(r"`([^`]+)`", " ".join(rows)))
    assert documented == {case.name for case in (FIRST, *cases(random.Random(1)), LAST)}


def test_figures_are_those_of_the_code():
    source = hostile_input(1)
    assert f"about {round(len(source.labels), -2):,} records" in DOCS
    assert f"{len(source.data) / 1e6:.1f} MB" in DOCS
    assert f"{DEFAULT_RECORDS:,} lines (`--records`)" in DOCS
    assert f"the first {SHOWN}, in words" in DOCS


def test_the_json_form_is_documented():
    section = DOCS.split("## For programs")[1]
    for field in fields(Outcome):
        assert f"`{field.name}`" in section, field.name
