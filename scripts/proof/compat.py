"""``python -m scripts.proof.compat [VERSION...]``: what runs on which version of Spark?

Everything is tried: jobs and sources are verified record by record against their references
(``bench.verify``), the rest has to carry a short trial through.  Prints a table of features by
versions as Markdown, with the reason of every feature a version lacks.  Environments are made where
they are missing.  Exit code 3 where an environment cannot be made, 4 when something failed or
differed.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.contract.jobs import JOBS
from bench.contract.releases import read_version
from bench.errors import EnvironmentProblem
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.spec import TrialSpec
from bench.runner.preflight import check_places
from bench.trial import run_trial
from bench.verify.outcome import KNOWN, SAME, UNSUPPORTED
from bench.verify.run import plan_verification, verify
from scripts.proof.text import describe_machine, markdown_table

#: One of each release line: what the table in the documentation is made with.
VERSIONS: tuple[str, ...] = ("3.5.9", "4.0.5", "4.1.4", "4.2.1", "4.3.0")

#: Ways into an engine, tried with the plainest job.
WAYS: tuple[str, ...] = (
    *("dstream", "dstream:path=jvm", "dstream:source=directory"),
    *("structured", "structured:source=spooled", "structured:source=native"),
    "structured:source=directory",
)

#: What ``sparkbench verify`` cannot look into: arm and sink of a short trial.
TRIALS: tuple[tuple[str, str], ...] = (
    ("dstream:guarantee=recoverable", "drain"),
    ("dstream:profile=tuned", "drain"),
    ("dstream:profile=fastest", "drain"),
    ("dstream", "files"),
    ("dstream", "sqlite"),
    ("structured:guarantee=recoverable,source=spooled", "drain"),
    ("structured:guarantee=recoverable,source=directory", "drain"),
    ("structured:profile=tuned", "drain"),
    ("structured:profile=fastest", "drain"),
    ("structured:mode=continuous,source=socket", "console"),
    ("structured:mode=continuous", "drain"),
    ("structured:mode=realtime", "drain"),
    ("structured", "files"),
    ("structured", "sqlite"),
)

#: A trial's settings: whether it runs is asked, and nothing is measured.
SHORT = {"rounds": "1", "warmup": "2s", "duration": "4s"}
CORES = 2

#: Statuses of a trial that ran.
RAN = frozenset({"ok", "unsettled", "saturated", "invalid"})

Say = Callable[[str], None]


@dataclass(frozen=True)
class Answer:
    """``yes``, ``no`` (the engine says why it cannot) or ``fails``, with the reason."""

    word: str
    reason: str = ""


#: Feature to version to answer.
Answers = Mapping[str, Mapping[str, Answer]]


def try_version(
    version: str, jobs: bool, only: re.Pattern[str], folder: Path, say: Say
) -> Iterator[tuple[str, Answer]]:
    """Each feature and the answer of one version; raises :class:`EnvironmentProblem`."""
    if ways := [_on(arm, version) for arm in WAYS if only.search(arm)]:
        yield from _verified(ways, "echo", folder, say)
    if jobs:
        arms = [_on("dstream", version), _on("structured", version)]
        yield from _verified(arms, "all", folder, say)
    around = Surroundings(CORES, tuple(JOBS))
    for arm, sink in [trial for trial in TRIALS if only.search(trial[0])]:
        plan = build_plan(
            [_on(arm, version)],
            around=around,
            axes={"sink": [sink], "cores": [str(CORES)]},
            **SHORT,  # type: ignore[arg-type]
        )
        check_places(plan, lambda event: say(event["message"]))
        (spec,) = plan.trials()
        place = Path(tempfile.mkdtemp(dir=folder))
        say(f"{spec.arm}: sink {sink}")
        result = run_trial(spec, plan.settings, workdir=place, on_event=lambda event: None)
        word = "yes" if result.status in RAN else "no"
        word = "fails" if result.status == "failed" else word
        yield f"{arm}, sink {sink}", Answer(word, "" if word == "yes" else result.reasons[0])


def _verified(
    arms: Sequence[str], job: str, folder: Path, say: Say
) -> Iterator[tuple[str, Answer]]:
    specs: list[TrialSpec] = plan_verification(arms, job, seed=1)
    place = Path(tempfile.mkdtemp(dir=folder))
    for outcome in verify(specs, records=0, folder=place, on_event=say).outcomes:
        arm = _plain(outcome.arm)
        if outcome.job == "echo" and job != "echo":
            continue
        words = {SAME: "yes", KNOWN: "yes", UNSUPPORTED: "no"}
        answer = Answer(words.get(outcome.result, "fails"), outcome.reason or outcome.result)
        yield (arm if outcome.job == "echo" else f"{arm}, job {outcome.job}"), answer


def _on(arm: str, version: str) -> str:
    return f"{arm}{',' if ':' in arm else ':'}spark={version}"


def _plain(arm: str) -> str:
    return re.sub(r"[:,]spark=[^,]+$|spark=[^,]+,", "", arm)


def table(answers: Answers, versions: Sequence[str]) -> str:
    """Features by versions, and below it the reasons, each once."""
    reasons: dict[str, int] = {}

    def cell(answer: Answer | None) -> str:
        if answer is None:
            return "not tried"
        if answer.word == "yes":
            return "yes"
        number = reasons.setdefault(_same_reason(answer.reason), len(reasons) + 1)
        return f"{answer.word} ({number})"

    rows = [
        [f"`{feature}`", *(cell(found.get(version)) for version in versions)]
        for feature, found in answers.items()
    ]
    notes = [f"{number}. {reason}." for reason, number in reasons.items()]
    return "\n\n".join(
        [markdown_table(["", *versions], rows), *(["\n".join(notes)] if notes else [])]
    )


def _same_reason(reason: str) -> str:
    """A reason without the version it names at its end, so that versions share it."""
    cut = re.sub(r"[;,] (?:and )?this is (?:PySpark|Spark) [\d.]+$", "", reason.strip())
    return cut.rstrip(".")


def main(arguments: Sequence[str] | None = None) -> int:
    """Try what the arguments ask for and print the table; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m scripts.proof.compat", description=__doc__)
    parser.add_argument("versions", nargs="*", metavar="VERSION", help=", ".join(VERSIONS))
    parser.add_argument("--no-jobs", action="store_true", help="leave the jobs out")
    parser.add_argument("--only", default="", metavar="REGEX", help="arms that have it in them")
    given = parser.parse_args(arguments)
    versions = given.versions or VERSIONS
    answers: dict[str, dict[str, Answer]] = {}

    def say(words: str) -> None:
        print(words, file=sys.stderr, flush=True)

    try:
        for version in versions:
            read_version(version)
            with tempfile.TemporaryDirectory(prefix="sparkbench-compat-") as folder:
                tried = try_version(
                    version, not given.no_jobs, re.compile(given.only), Path(folder), say
                )
                for feature, answer in tried:
                    answers.setdefault(feature, {})[version] = answer
    except ValueError as problem:
        say(str(problem))
        return 2
    except EnvironmentProblem as problem:
        say(str(problem))
        return 3
    except KeyboardInterrupt:
        return 130
    finally:
        if answers:
            print(f"{describe_machine()}\n\n{table(answers, versions)}", flush=True)
    failed = any(a.word == "fails" for found in answers.values() for a in found.values())
    return 4 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
