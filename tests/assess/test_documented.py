"""docs/assess.md says what the code does, and its example is what is printed."""

from __future__ import annotations

import re
from pathlib import Path

from bench.assess.document import WORDS, effort_rule
from bench.assess.rules import FAULTS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "assess.md").read_text(encoding="utf-8")


def test_every_fault_and_class_and_the_rule_of_the_estimate_stand_there():
    for rule, fault in FAULTS.items():
        assert f"| `{rule}` | {fault.title} | {fault.instead} |" in PAGE
    for change, words in WORDS.items():
        assert f"| {words} (`{change}`) |" in PAGE
    assert effort_rule() in PAGE


def test_the_example_is_what_is_printed(sparkbench, folder):
    (source,) = re.findall(r"```python\n(import json.*?)```", PAGE, re.DOTALL)
    (shown,) = re.findall(r"worst of the findings\):\n\n```\n(.*?)```", PAGE, re.DOTALL)
    (folder / "traffic.py").write_text(source)
    said = " ".join(sparkbench("assess", "traffic.py").out.split())
    # Columns fold where the terminal ends; words stay in their order within a cell.
    first = shown.split("...")[0]
    for line in first.splitlines():
        for cell in re.split(r"\s{2,}", line.strip()):
            assert cell in said
