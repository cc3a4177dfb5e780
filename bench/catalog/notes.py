"""What a docstring says of a job's semantics.  Pure.

A job's docstring begins with what the job does and goes on with sentences under a label each::

    Echo: every line as it came; the tutorial's job.

    Time: none.  State: none.  Output: each batch's lines.  ...
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

#: What every job says of itself, in this order.  A job may add labels of its own.
LABELS: tuple[str, ...] = ("Time", "State", "Output", "Order", "Empty batches", "Late data")

# A label opens a paragraph or follows the end of a sentence: "... none.  Empty batches: ...".
_LABEL = re.compile(r"(?:^|(?<=[.;!?)`] )|(?<=\n))([A-Z][a-z]+(?: [a-z]+){0,2}):\s")


@dataclass(frozen=True)
class Notes:
    """``summary`` is what stands before the first label; ``labels`` maps each to its sentences."""

    summary: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


def read_notes(docstring: str | None) -> Notes:
    """The notes of a docstring; without one, or without labels, what there is."""
    paragraphs = [" ".join(part.split()) for part in re.split(r"\n\s*\n", docstring or "")]
    if not any(paragraphs):
        return Notes()
    # The first paragraph often opens like a label, with the job's own name.
    opened = paragraphs[0].startswith(tuple(f"{label}:" for label in LABELS))
    head, rest = ("", paragraphs) if opened else (paragraphs[0], paragraphs[1:])
    text = "\n".join(rest)
    found = list(_LABEL.finditer(text))
    # A sentence with a colon is no label unless one that every job has went before it.
    while found and found[0][1] not in LABELS:
        del found[0]
    before = text[: found[0].start()] if found else text
    ends = [label.start() for label in found[1:]] + [len(text)] * bool(found)
    labels = {
        label[1]: " ".join(text[label.end() : end].split())
        for label, end in zip(found, ends, strict=True)
    }
    return Notes(" ".join(f"{head} {before}".split()), labels)


def all_labels(*sides: Notes) -> list[str]:
    """The labels of all sides: first those every job has, then their own as they come."""
    found = [label for notes in sides for label in notes.labels]
    own = [label for label in dict.fromkeys(found) if label not in LABELS]
    return [label for label in LABELS if label in found] + own
