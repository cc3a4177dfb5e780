"""``python -m bench.child.describe REFERENCE [ENGINE]``: what a user's job says of itself.

Prints one line of JSON: what :func:`bench.contract.own.jobs.describe` gives, or ``problem``, a
sentence.  With an engine it reads ``{"batches": [...]}`` from standard input, the rows of each
batch, and prints ``rows``, what the job's ``normalise`` makes of them.  The module is imported
here, in a process that ends at once, and never in the harness.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from bench.contract.own.jobs import describe, normalise, said


def main(arguments: list[str]) -> None:
    """Print the answer on what was standard output; what the module prints goes elsewhere."""
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        found: dict[str, Any] = _answer(*arguments)
    except Exception as problem:
        found = {"problem": said(problem)}
    with answer:
        answer.write(json.dumps(found, default=str) + "\n")


def _answer(reference: str, engine: str = "") -> dict[str, Any]:
    if not engine:
        return describe(reference)
    batches = json.load(sys.stdin)["batches"]
    frozen = [[_row(row) for row in rows] for rows in batches]
    return {"rows": normalise(reference, engine, frozen)}


def _row(row: Any) -> Any:
    """A row of columns as a tuple, as the job's own functions make them."""
    return tuple(row) if isinstance(row, list) else row


if __name__ == "__main__":
    main(sys.argv[1:])
