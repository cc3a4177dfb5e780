"""A decision as a section of a Markdown report."""

from __future__ import annotations

from collections.abc import Sequence

from bench.decision.advice import Step
from bench.decision.decide import Decision
from bench.decision.view import READING, READING_BILL, decision_view, reading_costs
from bench.document import text
from bench.document.table import markdown_table


def decision_markdown(decision: Decision, level: int = 2) -> str:
    """The section, its heading at ``level``; everything that came from a user is escaped."""
    view, md = decision_view(decision), text.markdown
    mark = "#" * level
    blocks = [
        f"{mark} {md(view.question)}",
        f"**{md(view.sentence)}**",
        markdown_table(view.arms),
        md(READING),
        markdown_table(view.costs) if view.costs.rows else "",
        md(reading_costs(view)) if view.costs.rows else "",
        f"{mark}# The bill" if view.bill.rows else "",
        markdown_table(view.bill) if view.bill.rows else "",
        md(READING_BILL) if view.bill.rows else "",
        _list(view.reasons),
        f"{mark}# Evidence" if view.evidence.rows else "",
        markdown_table(view.evidence) if view.evidence.rows else "",
        f"{mark}# Not measured",
        _list(view.not_measured),
        f"{mark}# Next" if view.next_steps else "",
        "\n".join(_step(step) for step in view.next_steps),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _step(step: Step) -> str:
    words = text.markdown(step.words)
    return f"- {words}" if step.command is None else f"- {words}:\n\n{_code(step.command)}"


def _code(command: str) -> str:
    return "\n".join(f"  {line}" for line in text.code_block(command).splitlines())


def _list(items: Sequence[str]) -> str:
    return "\n".join(f"- {text.markdown(item)}" for item in items)
