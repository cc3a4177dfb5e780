"""The Python API: ``compare`` measures arms on this machine and returns a run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.calls import Setting, Values, carry_out, command, settings, text, texts
from bench.units import format_duration, format_quantity

if TYPE_CHECKING:
    from bench.run import Run


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
    master: str | Sequence[str] | None = None,
    executors: Values | None = None,
    listen: str | None = None,
    advertise: str | None = None,
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
    age: str | float | None = None,
    idle: str | float | None = None,
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
    are seconds for ``trigger``, ``warmup``, ``duration``, ``age``, ``idle`` and ``budget``.  A
    setting in ``conf`` with several values is an axis, and so is a parameter of the job in
    ``params``.  ``runtimes`` maps the names that arms with ``runtime=NAME`` use to the paths of
    interpreters.
    ``plan`` is a plan file, over which keywords win.  Progress goes to standard error unless
    ``quiet``; the report is written.

    :raises UsageError: an argument is wrong; nothing was run or written.
    :raises EnvironmentProblem: something is missing, such as Java or disk; trials that finished
        stay in the run directory.
    :raises KeyboardInterrupt: interrupted; ``Run.load("last")`` reads what finished.

    >>> import bench
    >>> run = bench.compare(trigger=["500ms", "1s"], cores=2, rate=1000)  # doctest: +SKIP
    >>> run.cells[["trigger_s", "arm", "p99_s", "ratio"]]  # doctest: +SKIP
    """
    from bench.plan.request import Request
    from bench.runner.plan_files import over_file
    from bench.runner.replays import settled
    from bench.runner.surroundings import surroundings

    given = {
        "trigger": texts(trigger, format_duration),
        "cores": texts(cores, format_quantity),
        "rate": texts(rate, format_quantity),
        "arrivals": texts(arrivals, format_quantity),
        "streams": texts(streams, format_quantity),
        "payload_bytes": texts(payload_bytes, format_quantity),
        "payload_spread": texts(payload_spread, format_quantity),
        "keys": texts(keys, format_quantity),
        "skew": texts(skew, format_quantity),
        "equal": texts(equal, format_quantity),
        "master": texts(master, format_quantity),
        "executors": texts(executors, format_quantity),
        "checkpoint": texts(checkpoint, format_quantity),
        "job": texts(job, format_quantity),
        "sink": texts(sink, format_quantity),
        "lines": texts(lines, format_quantity),
        "partitions": texts(partitions, format_quantity),
        "fault": texts(fault, format_quantity),
    }
    axes: dict[str, Sequence[str]] = {name: words for name, words in given.items() if words}
    settings_given = settings(conf or {})
    params_given = settings(params or {})
    options = {
        "rounds": text(rounds, format_quantity),
        "warmup": text(warmup, format_duration),
        "duration": text(duration, format_duration),
        "seed": text(seed, format_quantity),
        "replay": None if replay is None else settled(str(replay)),
        "replay_speed": text(replay_speed, format_quantity),
        "metric": metric,
        "until": until,
        "budget": text(budget, format_duration),
        "fork": fork,
        "age": text(age, format_duration),
        "idle": text(idle, format_duration),
        "listen": listen,
        "advertise": advertise,
    }
    filters = (filter,) if isinstance(filter, str) else tuple(filter or ())
    request = Request(
        arms=arms,
        axes=axes,
        conf=tuple(settings_given),
        params=tuple(params_given),
        settings={name: word for name, word in options.items() if word is not None},
        quick=quick,
        filters=filters,
    )
    named = [f"{name}={path}" for name, path in (runtimes or {}).items()]
    around = surroundings(named)
    request, plan_text = over_file(request, None if plan is None else str(plan), around)
    more = {
        "plan": [] if plan is None else [str(plan)],
        "filter": filters,
        "param": params_given,
        "runtime": named,
    }
    return carry_out(
        request.plan(around, lambda name: name),
        command=command("compare", arms, axes, settings_given, options, more, quick=quick),
        out=out,
        wait=wait,
        quiet=quiet,
        plan_file=plan_text,
    )
