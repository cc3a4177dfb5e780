"""What a difference between two APIs comes from, told by a third arm.  Pure.

An arm whose records cross into Python workers differs from one of another API in two things at
once.  The same job on the same API without Python stands between them, so that the ratio falls into
two factors::

    contender / baseline  =  without / baseline  x  contender / without
                              (Python's part)       (the API's part)

Each of the three has its interval, by the same rule and with the same threshold.  A part is taken
for a cause where its verdict is firm and on the side of the whole difference, whatever is known of
the other part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bench.stats.metrics import METRICS
from bench.stats.sentence import bounds
from bench.stats.verdict import Verdict

Cause = Literal[
    "the API",
    "Python",
    "both",
    "neither",
    "cancelled",
    "Python at least",
    "the API at least",
    "unknown",
]


@dataclass(frozen=True)
class Parts:
    """The whole difference and its two factors, each a ratio of the later arm to the earlier."""

    whole: Verdict
    python: Verdict
    api: Verdict

    @property
    def cause(self) -> Cause:
        """Where the difference comes from.

        ``neither``: all three lie within the noise.  ``cancelled``: the whole does, as its parts
        are apart in opposite ways.  ``at least``: that one is a cause, the other's interval has not
        decided.  ``unknown``: some interval that is needed has not.
        """
        whole, python, api = (_side(one) for one in (self.whole, self.python, self.api))
        if whole and python == whole and api is None:
            return "Python at least"
        if whole and api == whole and python is None:
            return "the API at least"
        if whole is None or python is None or api is None:
            return "unknown"
        if whole == 0:
            if python == api == 0:
                return "neither"
            return "cancelled" if python == -api else "unknown"
        if python == api == whole:
            return "both"
        if whole not in (python, api):
            # Each part is within the noise, and both together are not.
            return "unknown"
        return "Python" if python == whole else "the API"

    @property
    def turns(self) -> bool:
        """Whether the verdict is the opposite one when Python is taken out."""
        whole, api = _side(self.whole), _side(self.api)
        return whole is not None and api is not None and whole * api < 0

    @property
    def changes(self) -> bool | None:
        """Whether the verdict is another word without Python; ``None`` where that is not known."""
        whole, api = _side(self.whole), _side(self.api)
        return None if whole is None or api is None else whole != api

    def sentence(self, baseline: str, without: str, contender: str, where: str = "here") -> str:
        """Say it: "The difference comes from Python, not from the API, here: ...".

        Empty where there is nothing to explain.
        """
        metric = METRICS[self.whole.metric]
        what = metric.short or metric.label
        rests = (
            f"{what} of {without} is {_found(self.python)} of {baseline}'s, "
            f"and that of {contender} {_found(self.api)} of {without}'s"
        )
        if self.cause == "unknown":
            whole = _side(self.whole)
            if not whole or self.python.ratio is None or self.api.ratio is None:
                return ""
            return (
                f"Whether the difference {where} comes from the API or Python is not told: {rests}."
            )
        return f"{_WORDS[self.cause].format(where)}{self._turned(contender, without)}: {rests}."

    def _turned(self, contender: str, without: str) -> str:
        return f", and {contender} against {without} is the other way round" if self.turns else ""


_WORDS: dict[Cause, str] = {
    "the API": "The difference {} comes from the API, not from Python",
    "Python": "The difference {} comes from Python, not from the API",
    "both": "The difference {} comes from both, Python and the API",
    "neither": "Neither Python nor the API makes a difference {}",
    "cancelled": "Python and the API make a difference each {}, and they cancel out",
    "Python at least": "Python makes a difference {}; whether the API does too is not told",
    "the API at least": "The API makes a difference {}; whether Python does too is not told",
}


def _side(verdict: Verdict) -> int | None:
    """-1 below, 0 within the noise, 1 above; ``None`` where nothing is firm."""
    if not verdict.firm or verdict.ratio is None:
        return None
    if verdict.word == "within noise":
        return 0
    return 1 if verdict.ratio > 1 else -1


def _found(verdict: Verdict) -> str:
    """A ratio with its bounds, as in "0.61 (0.58 to 0.65)"."""
    if verdict.ratio is None:
        return "an unknown share"
    said = f"{verdict.ratio:.2f}"
    low_high = bounds(verdict)
    noise = ", within noise" if verdict.word == "within noise" else ""
    return said if low_high is None else f"{said} ({' to '.join(low_high)}{noise})"
