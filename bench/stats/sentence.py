"""Verdicts in words, one or two sentences each."""

from __future__ import annotations

import math

from bench.stats.metrics import METRICS
from bench.stats.verdict import Verdict


def sentence(
    verdict: Verdict,
    baseline: str = "the baseline",
    contender: str = "the contender",
    where: str = "here",
) -> str:
    """Say a verdict: "Structured Streaming is 1.8 times as late at p99 here, ...".

    ``baseline`` and ``contender`` are names as the reader knows them; ``where`` completes the claim
    ("here", "on the Python path").  Ratios below 1 are turned round, so that a reader always meets
    "1.8 times as late", never "0.56 times"; bounds are rounded outwards.
    """
    metric = METRICS[verdict.metric]
    ratio, low, high = verdict.ratio, verdict.low, verdict.high
    who = contender
    turned = ratio is not None and ratio < 1
    if turned and ratio is not None:
        who, ratio = baseline, 1 / ratio
        if low is not None and high is not None:
            low, high = 1 / high, 1 / low
    if verdict.word == "unranked":
        return f"No verdict on {metric.label} {where}: {_joined(verdict)}."
    if verdict.word == "not enough rounds":
        guess = (
            ""
            if ratio is None
            else f" As a mere estimate, {who} {metric.times.format(f'{ratio:.2g}')} {where}."
        )
        more = _rounds(verdict.more_rounds or 0)
        return f"Cannot tell yet: {_joined(verdict)}; {more} would do.{guess}"
    if ratio is None or low is None or high is None:
        return f"No verdict on {metric.label} {where}: there is no interval."
    digits = _digits(low, high, verdict.threshold)
    times = metric.times.format(f"{ratio:.{digits}f}")
    bounds = f"between {_outward(low, digits, down=True)} and {_outward(high, digits, down=False)}"
    if verdict.word == "within noise":
        both = f"{_capital(contender)} and {baseline} {metric.alike}"
        return f"{both} {where}: the ratio is {bounds}, within the noise of {verdict.threshold:g}."
    claim = f"{who} {times} {where}, {bounds}"
    if verdict.word != "inconclusive":
        return f"{_capital(claim)}, and this is not noise."
    doubts = f" ({_joined(verdict)})" if verdict.reasons else ""
    if verdict.more_rounds is None:
        return f"Cannot tell: by estimate {claim}{doubts}."
    more = _rounds(verdict.more_rounds)
    return f"Cannot tell yet: by estimate {claim}{doubts}; about {more} would do."


def change_sentence(verdict: Verdict, arm: str, before: str = "before", after: str = "now") -> str:
    """Say a verdict of ``diff``: the same arm in two runs."""
    return sentence(verdict, f"{arm} {before}", f"{arm} {after}", "in this cell")


def _joined(verdict: Verdict) -> str:
    return "; ".join(verdict.reasons)


def _rounds(count: int) -> str:
    return f"{count} more round" + ("" if count == 1 else "s")


def _digits(low: float, high: float, threshold: float) -> int:
    """Decimals that keep the bounds, rounded outwards, on their side of 1 and of the threshold."""
    digits = 1 if low > 1.1 and high - low >= 0.2 else 2

    def crossed(mark: float) -> bool:
        shown = _outward(low, digits, down=True), _outward(high, digits, down=False)
        return (low > mark) != (float(shown[0]) > mark) or (high < mark) != (float(shown[1]) < mark)

    while digits < 4 and any(crossed(mark) for mark in (1 / threshold, 1.0, threshold)):
        digits += 1
    return digits


def _outward(bound: float, digits: int, *, down: bool) -> str:
    scaled = bound * 10**digits
    # 2.3 is 22.999... tenths in floating point and must stay 2.3
    whole = math.floor(scaled + 1e-9) if down else math.ceil(scaled - 1e-9)
    return f"{whole / 10**digits:.{digits}f}"


def _capital(text: str) -> str:
    """Begin a sentence with "The baseline"; names stay as they are written."""
    return "T" + text[1:] if text.startswith("the ") else text
