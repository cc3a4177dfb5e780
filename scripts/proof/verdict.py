"""``python -m scripts.proof.verdict``: is the rule right on real Spark?

Whole runs of ``sparkbench compare --quick``, each by the rule of ``bench.stats.launches``:

- ``aa``: an arm against itself, the arms in turn.  How many leave out 1?
- ``power``: the same with the second side's records sent 10% of p99 later.  How many see it?
  ``full-power``: so too, with the windows of ``compare`` without ``--quick``.
- ``ab``: DStream against Structured Streaming.  Do all say the same word?
- ``hog``: the same beside a program that takes a CPU during one window.  Is that trial ``invalid``,
  its round replaced and the word the same?

Every run is stored in ``--dir`` under its kind and number, which is also its seed.  What has ended
is read, what was interrupted goes on, and ``--runs`` asks for so many more; so it can be done in
parts, and over several starts of the machine.  ``--record FILE`` keeps a line of each run.  Exit
code 4 when a run has no verdict.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from bench.experiments.aa.design import against_itself
from bench.experiments.compare.firm import Firm
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.results.store import RunStore
from bench.stats.launches import LOOKS
from bench.stats.selfcontrol import rate_bounds
from scripts.proof.text import describe_machine, markdown_table

ARMS = ("dstream", "structured")
KINDS = ("aa", "power", "full-power", "ab", "hog")

#: The kinds whose arm is compared with itself.
AGAINST_ITSELF = ("aa", "power", "full-power")

#: What ``power`` delays by, a share of the arm's p99 here (seconds): 1 s triggers, 2 cores.
DELAY_SHARE = 0.10
P99_S = {"dstream": 1.53, "structured": 1.12}

#: The trial of ``hog`` that is disturbed.
DISTURBED_TRIAL = 2

_Event = dict[str, Any]


def plan_of(kind: str, number: int) -> Plan:
    """The plan of one run; ``number`` is its seed."""
    around = Surroundings(cores=2)
    if kind in ("ab", "hog"):
        return build_plan(ARMS, around=around, quick=True, seed=str(number))
    arm = ARMS[number % len(ARMS)]
    axes = {"trigger": ("1s",), "rate": ("1000",), "cores": ("2",)}
    quick = kind != "full-power"
    plan = build_plan([arm], axes=axes, around=around, quick=quick, rounds="4", seed=str(number))
    delay_s = 0.0 if kind == "aa" else DELAY_SHARE * P99_S[arm]
    made = against_itself(plan, round(delay_s, 3))
    return replace(made, settings=replace(made.settings, firm=True))


class Hog:
    """Takes one CPU from the begin of a trial's window to its end."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._trial = 0

    def __call__(self, event: _Event) -> None:
        """Follow the run; begins and ends with the phases of the trial to disturb."""
        if event["event"] == "trial":
            self._trial = event["spec"].number
        if event["event"] not in ("phase", "result", "end"):
            return
        measuring = event.get("name") == "measuring" and self._trial == DISTURBED_TRIAL
        if measuring and self._process is None:
            self._process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        elif not measuring:
            self.end()

    def end(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def run_one(kind: str, number: int, folder: Path, say: Callable[[str], None]) -> Path:
    """Run, or go on with, one run; its directory."""
    from bench.runner.execute import execute
    from bench.runner.resume import resume

    path = folder / f"{kind}-{number:03}"
    hog = Hog() if kind == "hog" else None

    def tell(event: _Event) -> None:
        if hog is not None:
            hog(event)
        if event["event"] == "found":
            say(f"{path.name}: {event['message']}")

    try:
        if (path / "run.json").exists():
            around = Surroundings(cores=2)
            resume(path, request=Request(), around=around, on_event=tell, force=True)
        else:
            command = f"python -m scripts.proof.verdict {kind}"
            execute(plan_of(kind, number), out=path, command=command, on_event=tell)
    finally:
        if hog is not None:
            hog.end()
    return path


def read_one(path: Path) -> dict[str, Any] | None:
    """What a run came to; ``None`` where it has not ended."""
    store = RunStore.open(path)
    info = store.info
    if info.finished_at is None:
        return None
    results, _problems = store.read_trials()
    plan = Plan.from_dict(info.plan)
    (verdict,) = Firm(plan).verdicts(results)
    measured = sum(r.window_s[1] - r.window_s[0] for r in results if r.window_s is not None)
    return {
        "kind": path.name.rpartition("-")[0],
        "number": int(path.name.rpartition("-")[2]),
        "arms": [arm.text for arm in plan.arms],
        "word": verdict.word,
        "ratio": verdict.ratio,
        "low": verdict.low,
        "high": verdict.high,
        "drift": verdict.drift,
        "looks": list(LOOKS.values()),
        "rounds": verdict.n,
        "p99_s": {
            arm.text: [
                round(r.latency_s.gross.p99, 4)
                for r in results
                if r.trial.arm == arm.text and r.status == "ok" and r.latency_s is not None
            ]
            for arm in plan.arms
        },
        "statuses": dict(Counter(r.status for r in results)),
        "trials": len(results),
        "seconds": round((info.finished_at or 0.0) - info.started_at, 1),
        "measured_s": round(measured, 1),
        "parts": len(info.parts),
        "boot": int(psutil.boot_time()),
        "sparkbench": info.sparkbench,
        "code": results[0].trial.code_digest if results else "",
    }


def table(runs: Sequence[dict[str, Any]]) -> str:
    """A row a kind and arm: words, rounds, how many leave out 1 and what that bounds."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for run in runs:
        arms = run["arms"][0] if run["kind"] in AGAINST_ITSELF else " against ".join(run["arms"])
        groups.setdefault((run["kind"], arms), []).append(run)
        if run["kind"] in AGAINST_ITSELF:
            groups.setdefault((run["kind"], "all"), []).append(run)
    rows = []
    order = sorted(groups, key=lambda key: (KINDS.index(key[0]), key[1] == "all", key[1]))
    for kind, arms in order:
        found = groups[kind, arms]
        words = Counter(run["word"] for run in found)
        out = sum(run["low"] is not None and not run["low"] <= 1 <= run["high"] for run in found)
        low, high = rate_bounds(out, len(found))
        # What was interrupted has a pause in its seconds.
        timed = [run for run in found if run["parts"] == 1]
        seconds = sum(run["seconds"] for run in timed)
        rows.append(
            [
                kind,
                arms,
                str(len(found)),
                ", ".join(f"{word} {count}" for word, count in words.most_common()),
                f"{sum(run['rounds'] for run in found) / len(found):.1f}",
                str(out),
                f"{low:.0%} to {high:.0%}",
                f"{seconds / len(timed):.0f} s" if timed else "–",
                f"{sum(run['measured_s'] for run in timed) / seconds:.0%}" if timed else "–",
            ]
        )
    columns = ("kind", "arms", "runs", "words", "rounds", "leave out 1", "rate (95%)")
    return markdown_table((*columns, "a run takes", "measured windows"), rows)


def recorded(file: Path | None) -> dict[tuple[str, int, int], dict[str, Any]]:
    """The runs that a file holds, by kind, number and start of the machine.

    Those by other looks than today's stay in the file and count for nothing.
    """
    if file is None or not file.exists():
        return {}
    lines = [json.loads(line) for line in file.read_text().splitlines() if line]
    lines = [line for line in lines if line.get("looks") == list(LOOKS.values())]
    return {(line["kind"], line["number"], line["boot"]): line for line in lines}


def main(argv: Sequence[str] | None = None) -> int:
    """Run what is asked for and print what all runs say."""
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.verdict", description=__doc__)
    parser.add_argument("kinds", nargs="*", metavar="KIND", help=f"{', '.join(KINDS)} [all]")
    parser.add_argument("--runs", type=int, default=1, help="runs more of each kind [1]")
    parser.add_argument("--dir", type=Path, default=Path("runs/verdict"))
    parser.add_argument("--record", type=Path, help="a file of a JSON line a run, added to")
    parser.add_argument("--minutes", type=float, help="begin no run after so many minutes")
    given = parser.parse_args(argv)
    kinds = given.kinds or KINDS
    if unknown := set(kinds) - set(KINDS):
        parser.error(f"unknown kind {sorted(unknown)[0]}; known are {', '.join(KINDS)}")
    given.dir.mkdir(parents=True, exist_ok=True)

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    known, began = recorded(given.record), time.monotonic()
    todo = []
    for kind in kinds:
        there = {line["number"] for (its, _n, _b), line in known.items() if its == kind}
        there |= {
            int(path.name.rpartition("-")[2])
            for path in given.dir.glob(f"{kind}-*")
            if read_one(path) is not None
        }
        number = 1
        for _ in range(given.runs):
            while number in there:
                number += 1
            there.add(number)
            todo.append((kind, number))
    for kind, number in sorted(todo, key=lambda one: (one[1], KINDS.index(one[0]))):
        if given.minutes is not None and time.monotonic() - began > 60 * given.minutes:
            break
        path = run_one(kind, number, given.dir, say)
        found = read_one(path)
        if found is None:
            return 130
        if given.record is not None:
            with given.record.open("a") as lines:
                lines.write(json.dumps(found) + "\n")
        say(f"{path.name}: {found['word']}, {found['seconds']:.0f} s")
    for path in sorted(given.dir.glob("*-[0-9]*")):
        found = read_one(path)
        if found is not None:
            known.setdefault((found["kind"], found["number"], found["boot"]), found)
    runs = [run for run in known.values() if run["kind"] in kinds]
    print(describe_machine() + "\n\n" + table(runs) if runs else "no run has ended")
    return 4 if any(run["low"] is None for run in runs) else 0


if __name__ == "__main__":
    sys.exit(main())
