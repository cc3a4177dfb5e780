"""What the profiles of Structured Streaming gain: paired rounds, batch time and its log writes.

``python -m scripts.proof.profiles`` runs whole trials of the three profiles at 1,000 lines/s into
the console sink, round by round, and prints as Markdown what a batch takes, how much of it are the
offset and commit logs, and the ratio of each profile to the textbook with its interval.
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.contract import PROFILES
from bench.errors import EnvironmentProblem
from bench.experiments.compare.rounds import MAX_ATTEMPTS
from bench.plan.cells import grouped_order
from bench.plan.spec import Settings
from bench.results.schema import TrialResult
from bench.stats.interval import NoInterval, t_interval
from bench.stats.outcome import DISTURBED
from bench.trial.errors import TrialFailed
from scripts.proof.session import spec_for
from scripts.proof.text import describe_machine, markdown_table

ARM = "structured"
RATE_PER_S, TRIGGER_S, SINK = 1000.0, 1.0, "console"
ROUNDS = 5
SETTINGS = Settings(warmup_s=5.0, duration_s=20.0, prelude_cap_s=25.0)

#: Phases that are writes of the offset log and the commit log.
LOGS = ("log", "commit")

#: What is aimed at: (profile, figure, ratio to the textbook at most).
AIMS = (("tuned", "logs", 0.5), ("tuned", "batch", 2 / 3), ("fastest", "batch", 0.5))

COLUMNS = ("profile", "batch", "log writes", "batch ratio", "95%", "log ratio", "95%", "guarantee")


@dataclass(frozen=True)
class Seen:
    """One trial: medians over its measured batches, in seconds, and its guarantee in words."""

    batch_s: float
    logs_s: float
    guarantee: str

    def figure(self, name: str) -> float:
        """``batch`` or ``logs``."""
        return self.batch_s if name == "batch" else self.logs_s


#: A round: profile to what was seen.
Round = Mapping[str, Seen]


def seen_of(result: TrialResult) -> Seen:
    """The figures of a trial; :class:`TrialFailed` where it has none."""
    batches = [b for b in result.batches if not b.warmup and any(n for _s, _f, n in b.ranges)]
    if result.status not in ("ok", "unsettled") or not batches:
        why = "; ".join(result.reasons) or "no batch was measured"
        raise TrialFailed(f"{result.trial.arm} is {result.status}: {why}")
    return Seen(
        statistics.median(b.finished - b.started for b in batches),
        statistics.median(sum(b.phases.get(name, 0.0) for name in LOGS) for b in batches),
        result.trial.guarantee,
    )


def run_rounds(rounds: int, seed: int, say: Callable[[str], None]) -> list[Round]:
    """``rounds`` times all profiles, in turns; the load is the same within a round.

    A round with a trial that was disturbed from outside is left out; :class:`TrialFailed` where
    none is left.
    """
    found: list[Round] = []
    for number in range(1, rounds + 1):
        seen: dict[str, Seen] = {}
        for _cell, position in grouped_order([0], len(PROFILES), number, seed):
            profile = PROFILES[position]
            say(f"round {number} of {rounds}: {profile}")
            result = measured(profile, seed + number)
            if result.status == DISTURBED:
                say(f"round {number} is left out: {'; '.join(result.reasons)}")
                break
            seen[profile] = seen_of(result)
        else:
            found.append(seen)
    if not found:
        raise TrialFailed("every round was disturbed; end what else runs here")
    return found


def measured(profile: str, seed: int) -> TrialResult:
    """One trial of a profile; one that was disturbed or failed runs once more."""
    from bench.trial import run_trial

    arm = f"{ARM}:profile={profile}"
    spec = spec_for(arm, TRIGGER_S, RATE_PER_S, sink=SINK, conf={}, seed=seed)
    for _attempt in range(MAX_ATTEMPTS):
        with tempfile.TemporaryDirectory(prefix="sparkbench-profiles-") as folder:
            result = run_trial(spec, SETTINGS, workdir=Path(folder), on_event=lambda event: None)
        if result.status not in (DISTURBED, "failed"):
            break
    return result


def ratio(rounds: Sequence[Round], profile: str, figure: str) -> tuple[float, str]:
    """Geometric mean of profile over textbook within rounds, and its interval in words."""
    logs = [
        math.log(seen[profile].figure(figure) / seen[PROFILES[0]].figure(figure)) for seen in rounds
    ]
    try:
        interval = t_interval(logs)
    except NoInterval:
        return math.exp(statistics.fmean(logs)), "none"
    return interval.ratio, f"{interval.low:.2f} to {interval.high:.2f}"


def table(rounds: Sequence[Round]) -> str:
    """One line a profile."""
    rows = []
    for profile in PROFILES:
        trials = [seen[profile] for seen in rounds]
        cells = [profile]
        cells += [
            f"{1000 * statistics.median(seen.figure(name) for seen in trials):.0f} ms"
            for name in ("batch", "logs")
        ]
        for name in ("batch", "logs"):
            if profile == PROFILES[0]:
                cells += ["1", ""]
            elif all(seen.figure(name) > 0 for seen in trials):
                value, interval = ratio(rounds, profile, name)
                cells += [f"{value:.2f}", interval]
            else:
                cells += ["0", "no writes were waited for"]
        rows.append([*cells, trials[0].guarantee])
    return markdown_table(COLUMNS, rows)


def aims(rounds: Sequence[Round]) -> list[str]:
    """Each aim with what was reached."""
    lines = []
    for profile, figure, most in AIMS:
        zero = any(seen[profile].figure(figure) <= 0 for seen in rounds)
        value = 0.0 if zero else ratio(rounds, profile, figure)[0]
        word = "reached" if value <= most else "not reached"
        what = "log writes" if figure == "logs" else "batch time"
        lines.append(f"{profile}: {what} {value:.2f} of the textbook's, at most {most:.2f}: {word}")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print as Markdown; the exit code, 1 where an aim was missed."""
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.profiles", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of each profile [{ROUNDS}]")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(arguments)

    def say(text: str) -> None:
        print(text, file=sys.stderr)

    try:
        print(describe_machine(), end="\n\n", flush=True)
        rounds = run_rounds(given.rounds, given.seed, say)
    except EnvironmentProblem as problem:
        say(str(problem))
        return 3
    except TrialFailed as problem:
        say(f"failed: {problem}")
        return 4
    found = aims(rounds)
    where = f"{RATE_PER_S:,.0f} lines/s of 100 bytes, trigger {TRIGGER_S:g} s, {SINK} sink"
    print(f"{ARM}, {where}, {len(rounds)} paired rounds, medians:\n")
    print(table(rounds), end="\n\n")
    print("\n".join(f"- {line}" for line in found))
    return 0 if all(line.endswith(": reached") for line in found) else 1


if __name__ == "__main__":
    sys.exit(main())
