"""The load and the slots of a run in words, where no axis tells them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from bench.contract.masters import LOCAL, is_local
from bench.document import text
from bench.results.chunks import decode
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
    between two batches, in which no record moves, and how long these were; nothing of others.
    """
    found = [pauses_s(r) for r in results if any(batch.chunks for batch in r.batches)]
    if not found:
        return ""
    held, lengths = sorted(map(len, found)), sorted(one for pauses in found for one in pauses)
    words = f"{' to '.join(dict.fromkeys(map(str, (held[0], held[-1]))))} boundaries of batches"
    if not lengths:
        return f"{words} in a window"
    ends = dict.fromkeys(map(text.seconds, (lengths[0], lengths[-1])))
    return f"{words} in a window, each a pause of {' to '.join(ends)}"


def pauses_s(result: TrialResult) -> list[float]:
    """Seconds from the last record of a batch to the first of the next, of those batches that
    began within the window and showed their records one by one.
    """
    if result.window_s is None:
        return []
    start, end = result.window_s
    timed = [(batch.started, decode(batch.chunks)) for batch in result.batches if batch.chunks]
    return [
        float(later[:, 3].min() - earlier[:, 3].max()) / 1e6
        for (_began, earlier), (began, later) in pairwise(timed)
        if start <= began < end
    ]
