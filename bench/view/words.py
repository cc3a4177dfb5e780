"""Short words for times, trials and results, shared by the views."""

from __future__ import annotations

from typing import Any

from bench.experiments.compare.until import Forecast
from bench.plan.cells import describe
from bench.plan.spec import TrialSpec


def spell(seconds: float) -> str:
    """A length of time: ``40 s``, ``3 min 48 s``, ``2 h 5 min``."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def length_words(event: dict[str, Any]) -> str:
    """How long a run will take (the ``run`` event): ``about 1 min 35 s to a verdict, 2 to 4
    rounds``.
    """
    about = f"about {spell(event['expected_s'])}"
    if not event.get("rounds"):
        return about
    least, most = event["rounds"]
    if least < most:
        return (
            f"about {spell(event['least_s'])} to a verdict, {least} to {most} rounds "
            f"({spell(event['expected_s'])} at most)"
        )
    return f"{about}, {most} round{'' if most == 1 else 's'}"


def figure(seconds: float) -> str:
    """A measured time with three digits: ``412 ms``, ``1.04 s``."""
    if abs(seconds) < 0.9995:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s" if abs(seconds) < 1000 else f"{seconds:.0f} s"


def trial_words(spec: TrialSpec) -> str:
    """A trial: its arm, its cell, its round or what a search wants of it."""
    again = f", attempt {spec.attempt}" if spec.attempt > 1 else ""
    what = spec.purpose or f"round {spec.round}"
    return f"{spec.arm.text}  {describe(spec.cell)}  {what}{again}"


def phase_words(phase: str, spent_s: float, expected_s: float | None) -> str:
    """A phase of a trial and how far it is: ``measuring 12 s of 30 s``."""
    of = "" if expected_s is None or spent_s > expected_s else f" of {spell(expected_s)}"
    return f"{phase} {spell(spent_s)}{of}"


def result_words(result: Any, judged: str | None = None) -> str:
    """A result (``bench.results.schema.TrialResult``): status, headline figures or reason.

    ``judged`` takes the place of status and reason, where a search has other ones.
    """
    parts: list[str] = []
    if judged is not None and result.latency_s is not None:
        gross = result.latency_s.gross
        return f"{judged}, p50 {figure(gross.p50)}, p99 {figure(gross.p99)}"
    if judged is not None:
        return judged
    if result.latency_s is not None and result.status not in ("failed", "invalid"):
        gross = result.latency_s.gross
        parts += [f"p50 {figure(gross.p50)}", f"p99 {figure(gross.p99)}"]
        if result.batch_s is not None:
            parts.append(f"batch {figure(result.batch_s.p50)}")
    if result.status != "ok" and result.reasons:
        # What to do about it, after the semicolon, stands once at the end of the run.
        parts.append(result.reasons[0].partition("; ")[0])
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
