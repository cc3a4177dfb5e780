"""Everything that is shown of a stored run, as text; what would not be the same tomorrow is set
here, and here alone.

That is: the folder (a run is named as seen from the folder of all runs), the terminal's width and
colours, what A/A runs have taught about this machine (an empty cache), and the pixels of plots,
which are matplotlib's: a plot is there by the name of its files, its numbers and its words.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bench.cli._main import run as sparkbench
from bench.experiments.base import Strategy
from bench.experiments.registry import strategy_of
from bench.plan.plan import Plan
from bench.results.reading import DIGEST
from bench.results.schema import TrialResult
from bench.results.store import RunStore
from bench.run import Run
from bench.runner.resume import check_trials, stored_plan

RUNS = Path(__file__).parent / "stored"

#: What files of a report hold text that is the same everywhere; the page is one besides.
_TEXT = frozenset({".md", ".csv"})
_PAGE = "index.html"

#: Elements in which text goes on; every other begins a line.
_INLINE = frozenset({"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup"})
_UNSEEN = frozenset({"script", "style", "svg"})

Say = Callable[..., str]

#: What no value is equal to.
_NOTHING = object()


def outputs_of(name: str, tmp_path: Path, say: Say) -> dict[str, str]:
    """File name to text: report and tables, what the commands print, and the state of the plan.

    ``say`` runs ``sparkbench`` with words at a width and returns what came of it.
    """
    return {
        **_report(name, tmp_path / "report"),
        "show-80.txt": say("show", name, width=80),
        "show-120.txt": say("show", name, width=120),
        "trial.txt": say("show", name, "1", "--batches", "3"),
        "diff.txt": say("diff", name, name) + say("diff", name, name, "--force"),
        "decide.txt": say(
            "decide", name, "--rate", "800", "--p99", "2s", "--cost-per-core-hour", "0.05"
        ),
        "trials.csv": say("export", name),
        "export.json": _export(name, say("export", name, "--format", "json")),
        "plan.json": _plan(name, tmp_path / name),
    }


def sayer(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """How ``sparkbench`` is run, in this process."""

    for name in ("FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)

    def say(*words: str, width: int = 100) -> str:
        monkeypatch.setenv("COLUMNS", str(width))
        code = sparkbench(words)
        told = capsys.readouterr()
        parts = [told.out, told.err and f"standard error: {told.err}", code and f"exit {code}\n"]
        return "".join(part for part in parts if part)

    return say


def without_pixels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Plots that take no time; their numbers and words are made as ever."""
    files = {"png": b"", "svg": b""}
    monkeypatch.setattr("bench.report.plots.images_and_page", lambda *_: (files, None))


def _report(name: str, folder: Path) -> dict[str, str]:
    files = {path.name: path for path in Run.load(name).write_report(folder)}
    told = {
        name: path.read_text(encoding="utf-8")
        for name, path in files.items()
        if path.suffix in _TEXT
    }
    page = _Text()
    page.feed(files[_PAGE].read_text(encoding="utf-8"))
    return {**told, "page.txt": page.text(), "files.txt": "\n".join(files) + "\n"}


class _Text(HTMLParser):
    """The words of a page, a block a line."""

    def __init__(self) -> None:
        super().__init__()
        self._lines = [""]
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self._unseen += tag in _UNSEEN
        self._lines += [""] if tag not in _INLINE else []

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._lines += [""] if tag not in _INLINE else []

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._lines[-1] += data

    def text(self) -> str:
        lines = (" ".join(line.split()) for line in self._lines)
        return "".join(f"{line}\n" for line in lines if line)


def _export(name: str, text: str) -> str:
    """The JSON of a run, where of each trial stands what is not in its file, mostly nothing."""
    data = json.loads(text)
    assert text == _json(data), "laid out otherwise than the figures are"
    files = sorted((RUNS / name / "trials").glob("*.json"), key=_attempt)
    stored = {told["trial"]["number"]: told for told in map(_read, files)}
    data["trials"] = [_added(stored[one["trial"]["number"]], one) for one in data["trials"]]
    return _json(data)


def _attempt(file: Path) -> tuple[int, str]:
    """Of a trial that was run again the last attempt comes last."""
    return len(file.suffixes), file.name


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def _added(stored: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Any]:
    """What ``told`` says otherwise than ``stored``, and what it leaves out."""
    kept = [key for key in told if key in stored]
    assert kept == [key for key in stored if key in told], "its fields stand in another order"
    found = {key: value for key, value in told.items() if stored.get(key, _NOTHING) != value}
    for key, value in found.items():
        if isinstance(value, dict) and isinstance(stored.get(key), dict):
            before = stored[key]
            found[key] = {k: v for k, v in value.items() if before.get(k, _NOTHING) != v}
    if found.keys() > {DIGEST}:
        # It is that of everything else, whatever that is.
        del found[DIGEST]
    gone = [key for key in stored if key not in told]
    return {**found, "left out": gone} if gone else found


def _plan(name: str, copy: Path) -> str:
    """What a run that goes on would begin with."""
    shutil.copytree(RUNS / name, copy)
    run = Run.load(copy)
    store = RunStore.open(copy)
    plan = stored_plan(run.info, copy)
    results, problems = store.recover()
    check_trials(plan, results, copy)
    strategy = strategy_of(plan)
    asked, upcoming = _asked(strategy, results)
    assert Plan.from_dict(plan.to_dict()) == plan
    return _json(
        {
            "hash": plan.plan_hash,
            "as it would be stored": plan.to_dict(),
            "unchanged": plan.to_dict() == run.info.plan,
            "skipped": problems,
            "first round": [
                f"{spec.number} {spec.arm.text} {spec.cell} seed {spec.seed} "
                f"{'{:g} to {:g} s'.format(*plan.window_of(spec))}"
                for spec in plan.round_trials(1)
            ],
            "asked for": asked,
            "next": upcoming,
            "left": len(strategy.remaining(results)),
        }
    )


def _asked(strategy: Strategy, results: list[TrialResult]) -> tuple[list[str], str | None]:
    """The stored trials in the order in which the strategy asks for them, and what it asks next."""
    stored = {(result.trial.number, result.trial.attempt): result for result in results}
    asked: list[str] = []
    had: list[TrialResult] = []
    while (spec := strategy.next(had)) is not None:
        words = f"{spec.number} {spec.arm.text} round {spec.round} attempt {spec.attempt}"
        words += f" {spec.purpose} {spec.rate_per_s:g}/s" if spec.purpose else ""
        if (spec.number, spec.attempt) not in stored:
            return asked, words
        had.append(stored.pop((spec.number, spec.attempt)))
        asked.append(words)
    assert not stored, f"stored and never asked for: {sorted(stored)}"
    return asked, None


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
