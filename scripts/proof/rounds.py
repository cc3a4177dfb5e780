"""Rounds of a comparison in pairs: where their seconds go, and what each saving is worth."""

from __future__ import annotations

import math
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.phases import MEASURED, PHASES
from bench.plan.plan import QUICK_CORES
from bench.results.schema import TrialResult
from bench.runtime.archives import Archives
from bench.trial import TrialRunner
from bench.trial.errors import TrialFailed
from scripts.proof.text import markdown_table

#: Each thing that can be switched off, and a runner without it.
SWITCHES: Mapping[str, Callable[[], TrialRunner]] = {
    "archive": lambda: TrialRunner(Archives.left_out("left out on purpose")),
    "ahead": lambda: TrialRunner(prepare=False),
    "kill": lambda: TrialRunner(kill=False),
}

_WORDS = {
    "archive": "class archive",
    "ahead": "next JVM started ahead",
    "kill": "end by kill",
}


COLUMNS = ("what", "wall without", "with", "median ratio", "each", "start", "end")


@dataclass(frozen=True)
class Round:
    """One trial an arm, one after another: its wall time in seconds, and its results."""

    wall_s: float
    results: tuple[TrialResult, ...]


def run_round(arms: Sequence[str], number: int, runner: TrialRunner) -> Round:
    """Run round ``number`` of ``--quick``; :class:`TrialFailed` where a trial was not measured."""
    plan = build_plan(arms, around=Surroundings(cores=QUICK_CORES), quick=True)
    specs = plan.round_trials(number)
    results = []
    with tempfile.TemporaryDirectory(prefix="sparkbench-startup-") as name:
        folders = [Path(name) / str(spec.number) for spec in specs]
        for folder in folders:
            folder.mkdir()
        began = time.monotonic()
        with runner:
            for index, spec in enumerate(specs):
                if index + 1 < len(specs):
                    runner.upcoming(specs[index + 1], folders[index + 1])
                result = runner(
                    spec, plan.settings, workdir=folders[index], on_event=lambda event: None
                )
                if result.spent is None or result.window_s is None:
                    raise TrialFailed(f"{spec.arm}: {'; '.join(result.reasons)}")
                results.append(result)
        wall_s = time.monotonic() - began
    return Round(wall_s, tuple(results))


def round_tables(
    arms: Sequence[str], pairs: int, switches: Sequence[str], say: Callable[[str], None]
) -> str:
    """Both tables of ``pairs`` rounds as they are and without each of ``switches``."""
    usual: list[Round] = []
    rows = []
    for switch in switches:
        say(f"{pairs} pairs of rounds with and without: {_WORDS[switch]}")
        seen: list[tuple[Round, Round]] = []
        for number in range(pairs):
            makers = [SWITCHES[switch], TrialRunner]
            if number % 2:
                makers.reverse()
            # The same round both times: equal loads, at equal phases.
            two = [run_round(arms, len(usual) + 1, make()) for make in makers]
            without, with_ = two if number % 2 == 0 else two[::-1]
            seen.append((without, with_))
            usual.append(with_)
        rows.append(_row(_WORDS[switch], seen))
    return "\n\n".join(
        [
            f"Rounds of `sparkbench compare --quick`, a trial each of {', '.join(arms)}, "
            "without / with:",
            markdown_table(COLUMNS, rows),
            "Start is that of a round's last trial, end that of all.",
            "Where the seconds of a trial go, medians of the rounds with everything:",
            phase_table(usual),
        ]
    )


def phase_table(rounds: Sequence[Round]) -> str:
    """Median seconds of each phase by arm, and the measured window's share of the wall time."""
    results = [result for one in rounds for result in one.results]
    arms = sorted({result.trial.arm for result in results})
    by_arm = {arm: [r for r in results if r.trial.arm == arm] for arm in arms}
    rows = [
        [words, *(f"{_median(by_arm[arm], phase):.2f} s" for arm in arms)]
        for phase, words in PHASES.items()
    ]
    rows.append(
        [
            "the whole trial",
            *(f"{statistics.median(r.trial_s for r in by_arm[arm]):.2f} s" for arm in arms),
        ]
    )
    wall_s = sum(one.wall_s for one in rounds)
    measured_s = sum((result.spent or {}).get(MEASURED, 0.0) for result in results)
    ages = [result.jvm_age_s or 0.0 for result in results]
    return (
        f"{markdown_table(('phase', *arms), rows)}\n\n"
        f"Measured windows: {measured_s / wall_s:.0%} of the wall time of these rounds; JVMs were "
        f"{min(ages):.1f} to {max(ages):.1f} s old when their windows began."
    )


def _median(results: Sequence[TrialResult], phase: str) -> float:
    return statistics.median((result.spent or {}).get(phase, 0.0) for result in results)


def _row(what: str, pairs: Sequence[tuple[Round, Round]]) -> list[str]:
    walls = [(without.wall_s, with_.wall_s) for without, with_ in pairs]
    ratios = [without / with_ for without, with_ in walls]
    without, with_ = (statistics.median(side) for side in zip(*walls, strict=True))
    middle = math.exp(statistics.median(math.log(ratio) for ratio in ratios))
    each = ", ".join(f"{ratio:.3f}" for ratio in ratios)
    starts = [[one.results[-1] for one in side] for side in zip(*pairs, strict=True)]
    ends = [[r for one in side for r in one.results] for side in zip(*pairs, strict=True)]
    start = " / ".join(f"{_median(side, 'launch'):.2f}" for side in starts)
    end = " / ".join(f"{_median(side, 'end'):.2f}" for side in ends)
    return [
        what,
        f"{without:.1f} s",
        f"{with_:.1f} s",
        f"{middle:.3f}",
        each,
        f"{start} s",
        f"{end} s",
    ]
