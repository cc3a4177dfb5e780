"""The Python API: a call for each kind of run; each measures on this machine and returns a run.

Keywords mean what the options of the command of that name mean (``bench.plan.options.RunOptions``).
Every call raises

- :class:`bench.errors.UsageError`: an argument is wrong; nothing was run or written;
- :class:`bench.errors.EnvironmentProblem`: something is missing, such as Java or disk; trials that
  finished stay in the run directory;
- ``KeyboardInterrupt``: interrupted; ``Run.load("last")`` reads what finished.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from bench.errors import SparkbenchError, unknown
from bench.plan.axes import AXES
from bench.plan.options import COMMANDS, SETTINGS, RunOptions, Setting
from bench.units import format_duration, format_quantity

if TYPE_CHECKING:
    from bench.plan.axes import Surroundings
    from bench.plan.plan import Plan
    from bench.plan.request import Request
    from bench.run import Run

#: Keywords that every call takes besides axes and settings.
_HANDLING = ("params", "conf", "runtimes", "plan", "filter", "wait", "out", "quiet")


def compare(*arms: str, quick: bool = False, **options: Unpack[RunOptions]) -> Run:
    """Measure ``arms`` (default ``dstream`` and ``structured``, the first is the baseline).

    >>> import bench
    >>> run = bench.compare(trigger=["500ms", "1s"], cores=2, rate=1000)  # doctest: +SKIP
    >>> run.cells[["trigger_s", "arm", "p99_s", "ratio"]]  # doctest: +SKIP
    """
    from bench.runner.plan_files import over_file

    asked = _Asked.of("compare", arms, options, quick=quick)
    request, text = over_file(asked.request, asked.plan_file, asked.around)
    return asked.run(request.plan(asked.around, _spell), text)


def aa(
    arm: str,
    *,
    inject: str | float | None = None,
    quick: bool = False,
    **options: Unpack[RunOptions],
) -> Run:
    """Measure ``arm`` against itself: how much of it is noise?

    The threshold that follows is kept for this machine.  ``inject`` delays one side (a time, or
    seconds), so that the chance to notice that is measured.
    """
    from bench.experiments.aa.document import aa_report
    from bench.runner.plans import plan_aa
    from bench.runner.threshold import keep_threshold

    own = {"inject": _text(inject, format_duration)}
    asked = _Asked.of("aa", (arm,), options, own, quick=quick)
    run = asked.run(
        *plan_aa(asked.request, asked.around, plan_file=asked.plan_file, spell=_spell, **own)
    )
    if run.info.finished_at is not None:
        keep_threshold(run.info, aa_report(run))
    return run


def capacity(
    *arms: str,
    p99: str | float | None = None,
    low: str | float | None = None,
    high: str | float | None = None,
    precision: str | float | None = None,
    **options: Unpack[RunOptions],
) -> Run:
    """Search the highest rate that each of ``arms`` sustains; :meth:`Run.capacity` has the table.

    ``budget`` is that of one arm in one cell.  Numbers are seconds for ``p99``, records/s for
    ``low`` and ``high``.

    >>> import bench
    >>> run = bench.capacity("structured", "structured:source=spooled", cores=2)  # doctest: +SKIP
    >>> run.capacity()[["arm", "held_per_s", "missed_per_s"]]  # doctest: +SKIP
    """
    from bench.runner.search_plan import plan_search

    own = {
        "low": _text(low, format_quantity),
        "high": _text(high, format_quantity),
        "precision": _text(precision, repr),
        "p99": _text(p99, format_duration),
        "budget": _text(options.pop("budget", None), format_duration),
    }
    asked = _Asked.of("capacity", arms, options, own)
    search = {name: word for name, word in own.items() if word is not None}
    return asked.run(
        *plan_search(
            asked.request, asked.around, search=search, plan_file=asked.plan_file, spell=_spell
        )
    )


def demand(*arms: str, p99: str | float | None = None, **options: Unpack[RunOptions]) -> Run:
    """Search the least cores with which each of ``arms`` holds ``rate``, ``p99`` kept."""
    from bench.runner.search_plan import plan_demand

    own = {"p99": _text(p99, format_duration)}
    asked = _Asked.of("demand", arms, options, own)
    return asked.run(
        *plan_demand(asked.request, asked.around, plan_file=asked.plan_file, spell=_spell, **own)
    )


def tune(
    arm: str | None = None,
    *,
    p99: str | float | None = None,
    allow_weaker: bool = False,
    **options: Unpack[RunOptions],
) -> Run:
    """Search for better settings of ``arm`` and put them to the proof; see ``report/tune.md``.

    ``p99`` is a bound to keep with the most room (a time, or seconds), ``budget`` the time for
    search and confirmation; ``allow_weaker`` tries knobs that weaken the guarantee too.
    """
    from bench.experiments.tune.document import tune_files, tune_report
    from bench.experiments.tune.search import Tune
    from bench.runner.plans import plan_tune

    own = {
        "p99": _text(p99, format_duration),
        "budget": _text(options.pop("budget", None), format_duration),
    }
    flags = ("allow_weaker",) if allow_weaker else ()
    asked = _Asked.of("tune", () if arm is None else (arm,), options, own, flags=flags)
    plan, text = plan_tune(
        asked.request,
        asked.around,
        plan_file=asked.plan_file,
        spell=_spell,
        allow_weaker=allow_weaker,
        **own,
    )

    def files(run: Run, folder: Path) -> Mapping[str, bytes]:
        return tune_files(tune_report(Tune(plan), run.results), folder)

    return asked.run(plan, text, files)


def soak(*arms: str, length: str | float = "2h", **options: Unpack[RunOptions]) -> Run:
    """Run each of ``arms`` for ``length`` (a time, or seconds) and say what drifts."""
    from bench.runner.plans import plan_soak

    own = {"for": _text(length, format_duration)}
    asked = _Asked.of("soak", arms, options, own, duration=str(own["for"]), rounds="1")
    return asked.run(
        *plan_soak(asked.request, asked.around, plan_file=asked.plan_file, spell=_spell)
    )


def _spell(name: str) -> str:
    """A sentence about a call names its keyword."""
    return name


@dataclass(frozen=True)
class _Asked:
    """A call: what it asks for, around what, and the command that does the same."""

    request: Request
    around: Surroundings
    command: str
    plan_file: str | None
    wait: bool
    out: Path | None
    quiet: bool

    @classmethod
    def of(
        cls,
        name: str,
        arms: Sequence[str],
        options: Mapping[str, Any],
        own: Mapping[str, str | None] | None = None,
        *,
        quick: bool = False,
        flags: Sequence[str] = (),
        **settings: str,
    ) -> _Asked:
        """The call of ``name``; ``own`` are options of that command alone, ``settings`` go on top.

        Raises ``TypeError`` for a keyword that the command has not.
        """
        from bench.plan.request import Request
        from bench.runner.surroundings import surroundings

        takes = COMMANDS[name]
        known = (*takes.axes, *takes.settings, *_HANDLING)
        for keyword in options:
            if keyword not in known:
                raise TypeError(f"{name}(): {unknown('keyword', keyword, known)}")
        given = {
            axis: words
            for axis in takes.axes
            if (words := _texts(options.get(axis), AXES[axis].write))
        }
        chosen = {
            setting: word
            for setting in takes.settings
            if (word := _setting(setting, options.get(setting))) is not None
        }
        conf = _pairs(options.get("conf") or {})
        params = _pairs(options.get("params") or {})
        filters = options.get("filter") or ()
        filters = (filters,) if isinstance(filters, str) else tuple(filters)
        named = [f"{key}={path}" for key, path in (options.get("runtimes") or {}).items()]
        plan, out = options.get("plan"), options.get("out")
        files = [] if plan is None else [str(plan)]
        words = ["sparkbench", name, *arms]
        for axis, texts in given.items():
            words += AXES[axis].options(texts)
        words += _flags({"conf": conf})
        once = {**(own or {}), **chosen}
        words += _flags({key: [word] for key, word in once.items() if word is not None})
        words += _flags({"param": params, "plan": files, "filter": filters, "runtime": named})
        words += map(_flag, (*flags, *(["quick"] if quick else [])))
        return cls(
            request=Request(
                arms=tuple(arms),
                axes=given,
                conf=tuple(conf),
                params=tuple(params),
                settings={**chosen, **settings},
                quick=quick,
                filters=filters,
            ),
            around=surroundings(named),
            command=shlex.join(words),
            plan_file=files[0] if files else None,
            wait=bool(options.get("wait", False)),
            out=None if out is None else Path(out),
            quiet=bool(options.get("quiet", False)),
        )

    def run(
        self,
        plan: Plan,
        plan_text: str | None,
        files: Callable[[Run, Path], Mapping[str, bytes]] | None = None,
    ) -> Run:
        """Carry the plan out, write its report and ``files`` beside it; raises as the calls do."""
        from bench.results.files import atomic_write
        from bench.run import Run
        from bench.runner.execute import execute
        from bench.view import make_view

        with make_view(plan, sys.stderr, quiet=self.quiet) as view:
            finished = execute(
                plan,
                out=self.out,
                command=self.command,
                on_event=view,
                wait=self.wait,
                plan_file=plan_text,
            )
        run = Run.load(finished.path)
        unwritten: SparkbenchError | None = None
        try:
            if run.results:
                folder = run.write_report()[0].parent
                for name, data in (files(run, folder) if files is not None else {}).items():
                    atomic_write(folder / name, data)
        except SparkbenchError as error:
            unwritten = error
        # As with the commands: what ended the run comes first.
        if finished.outcome.interrupted:
            raise KeyboardInterrupt
        problem = finished.outcome.problem or unwritten
        if problem is not None:
            raise problem
        return run


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


def _flags(given: Mapping[str, Sequence[str]]) -> list[str]:
    return [word for key, texts in given.items() for text in texts for word in (_flag(key), text)]


def _texts(values: Any, write: Callable[[Any], str]) -> list[str]:
    """The values of an axis as they would stand on the command line."""
    if values is None:
        return []
    several = [values] if isinstance(values, (str, int, float)) else values
    return [word for value in several if (word := _text(value, write)) is not None]


def _text(value: Any, write: Callable[[Any], str]) -> str | None:
    """A value as it would stand on the command line; wrong ones as they are, to be refused."""
    if value is None or isinstance(value, str):
        return value
    try:
        return write(value)
    except (ValueError, OverflowError):
        return str(value)


def _setting(name: str, value: Any) -> str | None:
    if name == "replay" and value is not None:
        from bench.runner.replays import settled

        return settled(str(value))
    return _text(value, SETTINGS[name].write)


def _pairs(given: Mapping[str, Setting | Sequence[Setting]]) -> list[str]:
    """``KEY=VALUE`` of each value of each key."""
    return [
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, values in given.items()
        for value in ([values] if isinstance(values, (str, int, float)) else values)
    ]
