"""Short words for times, trials and results, shared by the views."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bench.plan.cells import describe
from bench.plan.spec import TrialSpec
from bench.strategy.until import Forecast

_BARS = "▁▂▃▄▅▆▇█"


def spell(seconds: float) -> str:
    """A length of time: ``40 s``, ``3 min 48 s``, ``2 h 5 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def figure(seconds: float) -> str:
    """A measured time with three digits: ``412 ms``, ``1.04 s``."""
    if abs(seconds) < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if abs(seconds) < 1000 else f"{seconds:.0f} s"


def trial_words(spec: TrialSpec) -> str:
    """A trial: its arm, its cell, its round."""
    again = f", attempt {spec.attempt}" if spec.attempt > 1 else ""
    return f"{spec.arm.text}  {describe(spec.cell)}  round {spec.round}{again}"


def result_words(result: Any) -> str:
    """A result (``bench.results.schema.TrialResult``): status, headline figures or reason."""
    parts: list[str] = []
    if result.latency_s is not None and result.status not in ("failed", "invalid"):
        gross = result.latency_s.gross
        parts += [f"p50 {figure(gross.p50)}", f"p99 {figure(gross.p99)}"]
        if result.batch_s is not None:
            parts.append(f"batch {figure(result.batch_s.p50)}")
    if result.status != "ok" and result.reasons:
        parts.append(result.reasons[0])
    figures = ", ".join(parts)
    return f"{result.status}: {figures}" if figures else str(result.status)


def stored_words(trials: int) -> str:
    """What a run that goes on has already, to begin a sentence; nothing for a new one."""
    if not trials:
        return ""
    return f"{trials} {'trial is' if trials == 1 else 'trials are'} stored, "


def forecast_words(seen: Forecast) -> str:
    """How far a run is that goes on until it is precise enough."""
    rounds = f"{seen.rounds} rounds"
    if seen.widest is None or seen.expected_rounds is None:
        return f"{rounds}: nothing to say of the precision yet"
    width = f"{rounds}: the widest interval is times and over {1 + seen.widest:.3f}"
    goal = f"{1 + seen.target:g}"
    if seen.expected_rounds <= seen.rounds:
        return f"{width}, narrow enough for {goal}"
    words = f"{width}; about {seen.expected_rounds} rounds in all bring it to {goal}"
    if seen.budget_rounds is not None and seen.budget_rounds < seen.expected_rounds:
        words += f", the budget ends after {seen.budget_rounds}"
    return words


def sparkline(values: Sequence[float], width: int = 30) -> str:
    """The last ``width`` values as bars from zero to their maximum."""
    shown = [max(0.0, value) for value in values[-width:]]
    top = max(shown, default=0.0)
    if top == 0:
        return _BARS[0] * len(shown)
    return "".join(_BARS[min(7, int(value / top * 8))] for value in shown)
