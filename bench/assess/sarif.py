"""Findings as SARIF 2.1.0, which code hosts and editors open.

Source: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bench._version import __version__
from bench.assess.assessment import Assessment
from bench.assess.document import WORDS
from bench.assess.findings import Finding
from bench.assess.rules import FAULTS
from bench.catalog.operations import BROKEN, MECHANICAL, NONE, REDESIGN, SEMANTICS

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {
    MECHANICAL: "note",
    SEMANTICS: "warning",
    REDESIGN: "warning",
    NONE: "warning",
    BROKEN: "error",
}


def sarif(found: Assessment) -> dict[str, Any]:
    """A SARIF log with one run: a rule a kind of finding, a result a finding."""
    first: dict[str, Finding] = {}
    for one in found.findings:
        first.setdefault(one.rule, one)
    index = {rule: number for number, rule in enumerate(first)}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "sparkbench",
                        "version": __version__,
                        "rules": [_rule(rule, one) for rule, one in first.items()],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {
                                "level": "warning",
                                "message": {"text": f"{one.path}: {one.reason}"},
                                "locations": [
                                    {
                                        "physicalLocation": {
                                            "artifactLocation": {"uri": _uri(one.path)}
                                        }
                                    }
                                ],
                            }
                            for one in found.skipped
                        ],
                    }
                ],
                "results": [_result(one, index[one.rule]) for one in found.findings],
            }
        ],
    }


def _rule(rule: str, one: Finding) -> dict[str, Any]:
    title = FAULTS[rule].title if rule in FAULTS else f"{one.call}: {WORDS[one.change]}"
    return {
        "id": rule,
        "shortDescription": {"text": title},
        "fullDescription": {"text": one.difference},
        "help": {"text": f"Instead: {one.instead}", "markdown": f"Instead: {one.instead}"},
        "defaultConfiguration": {"level": _LEVELS[one.change]},
        "properties": {"tags": [WORDS[one.change]]},
    }


def _result(one: Finding, index: int) -> dict[str, Any]:
    where = "" if one.place == str(one.line) else f" ({one.place})"
    return {
        "ruleId": one.rule,
        "ruleIndex": index,
        "level": _LEVELS[one.change] if one.sure else "note",
        "message": {"text": f"{one.call}{where}: {one.difference}. Instead: {one.instead}."},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(one.path)},
                    "region": {"startLine": one.line, "startColumn": one.column},
                }
            }
        ],
        "properties": {"class": one.change, "sure": one.sure},
    }


def _uri(path: str) -> str:
    """A path relative to the folder of the call where it lies below it, else a file URI."""
    if os.path.isabs(path):
        return Path(path).as_uri()
    return quote(path.replace(os.sep, "/"))


def sarif_text(found: Assessment) -> str:
    """:func:`sarif` as text."""
    return json.dumps(sarif(found), ensure_ascii=False, indent=1)
