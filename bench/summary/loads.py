"""The load and the slots of a run in words, where no axis tells them."""

from __future__ import annotations

from collections.abc import Iterable

from bench.contract.masters import LOCAL, is_local
from bench.document import text
from bench.results.schema import TrialInfo, TrialResult


def load_words(trials: Iterable[TrialInfo]) -> str:
    """Master, arrivals, streams and lines, where not the usual ones nor axes; or nothing."""
    seen = list(trials)
    parts = [
        _words("master", [t.master for t in seen if "master" not in t.cell], LOCAL),
        _words("executors", [_executors(t) for t in seen if "executors" not in t.cell], ""),
        _words("arrivals", [t.arrivals for t in seen if "arrivals" not in t.cell], "constant"),
        _words("streams", [str(t.streams) for t in seen if "streams" not in t.cell], "1"),
        _words("lines", [t.payload for t in seen if not _payload_axes(t)], "100"),
    ]
    return ", ".join(part for part in parts if part)


def slot_words(trials: Iterable[TrialInfo]) -> str:
    """How many task slots an arm had on how many CPUs, where these differ; or nothing."""
    found = {_slots(t): None for t in trials if t.slots not in (None, t.cores)}
    return ", ".join(sorted(found))


def _slots(trial: TrialInfo) -> str:
    if not is_local(trial.master):
        return f"{trial.slots} task slots for {trial.cores} cores"
    return f"{trial.slots} task slots on {trial.cores} CPU{'' if trial.cores == 1 else 's'}"


def _executors(trial: TrialInfo) -> str:
    return "" if trial.executors is None else str(trial.executors)


def _words(name: str, values: list[str], usual: str) -> str:
    several = dict.fromkeys(values)
    if not several or list(several) == [usual]:
        return ""
    return f"{name} {'/'.join(text.plain(value) for value in several)}"


def _payload_axes(trial: TrialInfo) -> bool:
    return not {"payload_bytes", "payload_spread", "keys", "skew"}.isdisjoint(trial.cell)


def boundary_words(results: Iterable[TrialResult]) -> str:
    """Of arms whose records become visible one by one: how many times a window met the pause
    between two batches, which no record moves in; nothing of others.
    """
    held = sorted(
        sum(result.window_s[0] <= batch.started < result.window_s[1] for batch in result.batches)
        for result in results
        if result.window_s is not None and any(batch.chunks for batch in result.batches)
    )
    if not held:
        return ""
    ends = " to ".join(str(count) for count in dict.fromkeys((held[0], held[-1])))
    return f"{ends} boundaries of batches in a window"
