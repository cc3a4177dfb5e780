"""What Spark really had in the trials that is not its own, with whose setting it was."""

from __future__ import annotations

from collections.abc import Iterable

from bench.document import text
from bench.results.schema import Setting, TrialResult
from bench.stats.comparable import INHERITED, MADE
from bench.summary.source import Source


def settings_lines(run: Source) -> list[str]:
    """A sentence a setting, and the arms that had it where not all did; the user's come first."""
    found: dict[tuple[str, str, str | None, str], list[str]] = {}
    told = {r.trial.arm for r in run.results if r.settings}
    for result in run.results:
        for one in result.settings:
            arms = found.setdefault((one.key, one.value, one.default, one.origin), [])
            if result.trial.arm not in arms:
                arms.append(result.trial.arm)
    lines = []
    for (key, value, default, origin), arms in sorted(
        found.items(), key=lambda each: (_rank(each[0][3]), each[0][0])
    ):
        one = Setting(key=key, value=value, default=default, origin=origin)
        where = "" if set(arms) == told else f"; {', '.join(a for a in run.arms if a in arms)} only"
        lines.append(f"{setting_words(one)}{where}")
    return lines


def setting_words(one: Setting) -> str:
    """``spark.x=50ms (Spark: 200ms), from /etc/spark/spark-defaults.conf``."""
    own = "" if one.default is None else f" (Spark: {one.default})"
    return text.plain(f"{one.key}={one.value}{own}, from {origin_words(one.origin)}")


def origin_words(origin: str) -> str:
    """An origin as it reads behind "from"."""
    if origin in ("plan", "job", "environment"):
        return f"the {origin}"
    if origin.startswith(("profile ", "guarantee ")):
        return "the arm's {} ({})".format(*origin.split(" ", 1))
    return "sparkbench itself" if origin == "sparkbench" else origin


def in_force(results: Iterable[TrialResult]) -> dict[str, str]:
    """What two runs are compared by: ``inherited KEY`` or ``setting KEY`` to the values it had.

    Inherited is what neither the plan nor sparkbench made; the name and form are those in which
    ``run.json`` tells of it.
    """
    found: dict[str, dict[str, None]] = {}
    for result in results:
        for one in result.settings:
            outside = _rank(one.origin) == 0
            kind, more = (INHERITED, f" ({one.origin})") if outside else (MADE, "")
            found.setdefault(f"{kind}{one.key}", {})[one.value + more] = None
    return {key: " or ".join(sorted(values)) for key, values in found.items()}


def _rank(origin: str) -> int:
    """What came from outside of the plan first, what sparkbench does for itself last."""
    known = ("plan", "profile", "guarantee", "job", "sparkbench")
    word = origin.split(" ", 1)[0]
    return known.index(word) + 1 if word in known else 0
