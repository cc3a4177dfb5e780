"""The Python API: ``compare`` measures arms on this machine and returns a run."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.units import format_duration, format_quantity

if TYPE_CHECKING:
    from bench.run import Run

#: What an axis takes: one value or several, as text (``"500ms,1s"``) or numbers (seconds, counts).
Values = str | float | Sequence[str | float]

#: The value of a Spark setting.
Setting = str | float | bool


def compare(
    *arms: str,
    trigger: Values | None = None,
    cores: Values | None = None,
    rate: Values | None = None,
    arrivals: Values | None = None,
    streams: Values | None = None,
    payload_bytes: Values | None = None,
    payload_spread: Values | None = None,
    keys: Values | None = None,
    skew: Values | None = None,
    equal: Values | None = None,
    checkpoint: str | Sequence[str] | None = None,
    job: Values | None = None,
    sink: Values | None = None,
    lines: Values | None = None,
    partitions: Values | None = None,
    fault: str | Sequence[str] | None = None,
    params: Mapping[str, Setting | Sequence[Setting]] | None = None,
    conf: Mapping[str, Setting | Sequence[Setting]] | None = None,
    rounds: int | None = None,
    warmup: str | float | None = None,
    duration: str | float | None = None,
    seed: int | None = None,
    replay: str | Path | None = None,
    replay_speed: float | None = None,
    metric: str | None = None,
    until: str | None = None,
    budget: str | float | None = None,
    fork: str | None = None,
    runtimes: Mapping[str, str | Path] | None = None,
    plan: str | Path | None = None,
    filter: str | Sequence[str] | None = None,
    quick: bool = False,
    wait: bool = False,
    out: str | Path | None = None,
    quiet: bool = False,
) -> Run:
    """Measure ``arms`` (default ``dstream`` and ``structured``, the first is the baseline).

    Every keyword means what the option of ``sparkbench compare`` means, with its default; numbers
    are seconds for ``trigger``, ``warmup``, ``duration`` and ``budget``.  A setting in ``conf``
    with several values is an axis, and so is a parameter of the job in ``params``.  ``runtimes``
    maps the names that arms with ``runtime=NAME`` use to the paths of interpreters.  ``plan`` is a
    plan file, over which keywords win.  Progress goes to standard error unless ``quiet``; the
    report is written.

    :raises UsageError: an argument is wrong; nothing was run or written.
    :raises EnvironmentProblem: something is missing, such as Java or disk; trials that finished
        stay in the run directory.
    :raises KeyboardInterrupt: interrupted; ``Run.load("last")`` reads what finished.

    >>> import bench
    >>> run = bench.compare(trigger=["500ms", "1s"], cores=2, rate=1000)  # doctest: +SKIP
    >>> run.cells[["trigger_s", "arm", "p99_s", "ratio"]]  # doctest: +SKIP
    """
    from bench.plan.request import Request
    from bench.run import Run
    from bench.runner.execute import execute
    from bench.runner.plan_files import load_plan_file
    from bench.runner.surroundings import surroundings
    from bench.view import make_view

    given = {
        "trigger": _texts(trigger, format_duration),
        "cores": _texts(cores, format_quantity),
        "rate": _texts(rate, format_quantity),
        "arrivals": _texts(arrivals, format_quantity),
        "streams": _texts(streams, format_quantity),
        "payload_bytes": _texts(payload_bytes, format_quantity),
        "payload_spread": _texts(payload_spread, format_quantity),
        "keys": _texts(keys, format_quantity),
        "skew": _texts(skew, format_quantity),
        "equal": _texts(equal, format_quantity),
        "checkpoint": _texts(checkpoint, format_quantity),
        "job": _texts(job, format_quantity),
        "sink": _texts(sink, format_quantity),
        "lines": _texts(lines, format_quantity),
        "partitions": _texts(partitions, format_quantity),
        "fault": _texts(fault, format_quantity),
    }
    axes: dict[str, Sequence[str]] = {name: texts for name, texts in given.items() if texts}
    settings = _settings(conf or {})
    options = {
        "rounds": _text(rounds, format_quantity),
        "warmup": _text(warmup, format_duration),
        "duration": _text(duration, format_duration),
        "seed": _text(seed, format_quantity),
        "replay": None if replay is None else str(Path(replay).absolute()),
        "replay_speed": _text(replay_speed, format_quantity),
        "metric": metric,
        "until": until,
        "budget": _text(budget, format_duration),
        "fork": fork,
    }
    filters = (filter,) if isinstance(filter, str) else tuple(filter or ())
    request = Request(
        arms=arms,
        axes=axes,
        conf=tuple(settings),
        params=tuple(_settings(params or {})),
        settings={name: text for name, text in options.items() if text is not None},
        quick=quick,
        filters=filters,
    )
    named = [f"{name}={path}" for name, path in (runtimes or {}).items()]
    around, text = surroundings(named), None
    if plan is not None:
        from_file, text = load_plan_file(str(plan), around)
        request = request.over(from_file)
    chosen = request.plan(around, lambda name: name)
    more = {
        "plan": [] if plan is None else [str(plan)],
        "filter": filters,
        "param": _settings(params or {}),
        "runtime": named,
    }
    with make_view(chosen, sys.stderr, quiet=quiet) as view:
        finished = execute(
            chosen,
            out=None if out is None else Path(out),
            command=_command(arms, axes, settings, options, more, quick),
            on_event=view,
            wait=wait,
            plan_file=text,
        )
    run = Run.load(finished.path)
    if run.results:
        run.write_report()
    if finished.outcome.problem is not None:
        raise finished.outcome.problem
    if finished.outcome.interrupted:
        raise KeyboardInterrupt
    return run


def _texts(values: Values | None, write: Callable[[float], str]) -> list[str]:
    if values is None:
        return []
    several = [values] if isinstance(values, (str, int, float)) else values
    return [text for value in several if (text := _text(value, write)) is not None]


def _text(value: str | float | None, write: Callable[[float], str]) -> str | None:
    """A value as it would stand on the command line; wrong ones as they are, to be refused."""
    if value is None or isinstance(value, str):
        return value
    try:
        return write(value)
    except (ValueError, OverflowError):
        return str(value)


def _settings(conf: Mapping[str, Setting | Sequence[Setting]]) -> list[str]:
    return [
        f"{key}={str(value).lower() if isinstance(value, bool) else value}"
        for key, values in conf.items()
        for value in ([values] if isinstance(values, (str, int, float)) else values)
    ]


def _command(
    arms: Sequence[str],
    axes: Mapping[str, Sequence[str]],
    settings: Sequence[str],
    options: Mapping[str, str | None],
    more: Mapping[str, Sequence[str]],
    quick: bool,
) -> str:
    """The command line that does the same."""
    from bench.plan.axes import AXES

    words = ["sparkbench", "compare", *arms]
    for name, texts in axes.items():
        # Values with an inner syntax are one a flag.
        for text in [",".join(texts)] if AXES[name].split else texts:
            words += ["--" + name.replace("_", "-"), text]
    for setting in settings:
        words += ["--conf", setting]
    for name, value in options.items():
        if value is not None:
            words += ["--" + name.replace("_", "-"), value]
    for name, texts in more.items():
        for text in texts:
            words += [f"--{name}", text]
    return shlex.join([*words, "--quick"] if quick else words)
