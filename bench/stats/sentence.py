"""Verdicts in words, one or two sentences each."""

from __future__ import annotations

import math

from bench.stats.metrics import METRICS
from bench.stats.verdict import Verdict
from bench.units import decimals

#: Times its lower end at which an interval's upper end is no bound any more.
_WIDE = 100.0


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
        guess = ""
        if ratio is not None:
            times = f"{who} {metric.times.format(f'{ratio:.2g}')}"
            alike = f"{contender} and {baseline} {metric.alike}"
            guess = f" As a mere estimate, {alike if is_level(verdict) else times} {where}."
        more = _rounds(verdict.more_rounds or 0)
        return f"Cannot tell yet: {_joined(verdict)}; {more} would do.{guess}"
    if ratio is None or low is None or high is None:
        return f"No verdict on {metric.label} {where}: there is no interval."
    digits = _digits(low, high, verdict.threshold)
    rests = _rests_on(verdict)
    times = metric.times.format(f"{ratio:.{digits}f}")
    bounds = f"between {_outward(low, digits, down=True)} and {_outward(high, digits, down=False)}"
    if verdict.word == "within noise":
        both = f"{_capital(contender)} and {baseline} {metric.alike}"
        noise = f"within the noise of {verdict.threshold:g}{rests}"
        return f"{both} {where}: the ratio is {bounds}, {noise}."
    if verdict.by_launch and verdict.firm and metric.short and metric.path[0] == "latency_s":
        return _sooner(verdict, baseline, contender, where) + f"{rests}."
    if unbounded(verdict):
        bounds = f"and the {verdict.n} rounds there are do not bound it"
    claim = f"{who} {times} {where}, {bounds}"
    if verdict.word != "inconclusive":
        return f"{_capital(claim)}, and this is not noise{rests}."
    doubts = f" ({_joined(verdict)})" if verdict.reasons else ""
    if verdict.more_rounds is None:
        return f"Cannot tell: by estimate {claim}{doubts}."
    more = _rounds(verdict.more_rounds)
    return f"Cannot tell yet: by estimate {claim}{doubts}; about {more} would do."


def is_level(verdict: Verdict) -> bool:
    """Whether the sentence calls both sides alike, and none of them the later one."""
    ratio = verdict.ratio
    if verdict.word == "not enough rounds" and ratio is not None:
        return f"{max(ratio, 1 / ratio):.2g}" == "1"
    return verdict.word == "within noise"


def unbounded(verdict: Verdict) -> bool:
    """Whether an interval is so wide that its ends say nothing but that the rounds are too few."""
    low, high = verdict.low, verdict.high
    return low is not None and high is not None and high >= _WIDE * low


def look(verdict: Verdict, baseline: str, contender: str) -> str:
    """What one look says while the run goes on, and what it still waits for.

    "round 2: p99 of structured is 0.73 of dstream's, 0.68 to 0.79: faster, and firm".
    """
    metric = METRICS[verdict.metric]
    what = f"{metric.short or metric.label} of {contender}"
    head = f"round {verdict.n}: {what} is"
    if verdict.ratio is None:
        return f"round {verdict.n}: no verdict on {what}: {_joined(verdict)}"
    if verdict.low is None or verdict.high is None:
        about = f"{verdict.ratio:.{decimals(verdict.ratio)}f}"
        return f"{head} about {about} of {baseline}'s; an interval needs 2 rounds"
    digits = _digits(verdict.low, verdict.high, verdict.threshold)
    low = _outward(verdict.low, digits, down=True)
    high = _outward(verdict.high, digits, down=False)
    between = f"{low} to {high}"
    if unbounded(verdict):
        digits = max(digits, decimals(verdict.ratio)) if verdict.ratio < 1 else digits
        between = "which the rounds there are do not bound"
        if verdict.firm:
            between = f"{high} at most" if verdict.ratio < 1 else f"{low} at least"
    found = f"{head} {verdict.ratio:.{digits}f} of {baseline}'s, {between}"
    if verdict.firm:
        return f"{found}: {verdict.word}, and firm"
    more = (
        "too close to the noise threshold to be told in few rounds"
        if verdict.more_rounds is None
        else f"about {_rounds(verdict.more_rounds)} to tell"
    )
    return f"{found}: not firm, {more}"


def bounds(verdict: Verdict) -> tuple[str, str] | None:
    """Both bounds of an interval, rounded outwards and on their side of 1 and the threshold."""
    if verdict.low is None or verdict.high is None:
        return None
    digits = max(2, _digits(verdict.low, verdict.high, verdict.threshold))
    return (
        _outward(verdict.low, digits, down=True),
        _outward(verdict.high, digits, down=False),
    )


def break_even(verdict: Verdict, value: float, part: float) -> float | None:
    """By what share a ``part`` of the later arm's metric would have to shrink for a claim to fall.

    ``value``: the later arm's metric; ``part``: what of it is the time from tick to visible, which
    an older JVM may shorten.  Above 1: the claim stands even if that time were nothing.  ``None``
    where there is no claim.
    """
    if verdict.low is None or verdict.high is None or part <= 0:
        return None
    nearest = max(verdict.low, 1 / verdict.high)
    if not verdict.firm or nearest <= verdict.threshold:
        return None
    return value * (1 - verdict.threshold / nearest) / part


def _sooner(verdict: Verdict, baseline: str, contender: str, where: str) -> str:
    """As in "structured is sooner here: its p99 is 0.73 of dstream's, between 0.68 and 0.79"."""
    low, high, ratio = verdict.low or 1.0, verdict.high or 1.0, verdict.ratio or 1.0
    winner, loser = contender, baseline
    if ratio > 1:
        winner, loser, ratio, low, high = baseline, contender, 1 / ratio, 1 / high, 1 / low
    digits = _digits(low, high, verdict.threshold)
    bounds = f"between {_outward(low, digits, down=True)} and {_outward(high, digits, down=False)}"
    of = f"its {METRICS[verdict.metric].short} is {ratio:.{digits}f} of {loser}'s"
    return f"{_capital(winner)} is sooner {where}: {of}, {bounds}"


def _rests_on(verdict: Verdict) -> str:
    """What a verdict by launches rests on: " (95% over up to 3 looks; 2 rounds, 4 JVMs)"."""
    if not verdict.by_launch:
        return ""
    over = f" over up to {verdict.looks} looks" if verdict.looks > 1 else ""
    rounds = "1 round" if verdict.n == 1 else f"{verdict.n} rounds"
    return f" (95%{over}; {rounds}, {2 * verdict.n} JVMs)"


def _joined(verdict: Verdict) -> str:
    return "; ".join(verdict.reasons)


def _rounds(count: int) -> str:
    return f"{count} more round" + ("" if count == 1 else "s")


def _digits(low: float, high: float, threshold: float) -> int:
    """Decimals that keep the bounds, rounded outwards, on their side of 1 and of the threshold."""
    digits = 1 if low > 1.1 and high - low >= 0.2 else decimals(high)

    def crossed(mark: float) -> bool:
        shown = _outward(low, digits, down=True), _outward(high, digits, down=False)
        return (low > mark) != (float(shown[0]) > mark) or (high < mark) != (float(shown[1]) < mark)

    most = max(4, digits)
    while digits < most and any(crossed(mark) for mark in (1 / threshold, 1.0, threshold)):
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
