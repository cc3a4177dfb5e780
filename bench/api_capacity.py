"""The Python API: ``capacity`` searches the highest rate that each arm sustains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.calls import Setting, Values, carry_out, command, settings, text, texts
from bench.units import format_duration, format_quantity

if TYPE_CHECKING:
    from bench.run import Run


def capacity(
    *arms: str,
    trigger: Values | None = None,
    cores: Values | None = None,
    p99: str | float | None = None,
    low: str | float | None = None,
    high: str | float | None = None,
    precision: str | float | None = None,
    budget: str | float | None = None,
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
    job: Values | None = None,
    sink: Values | None = None,
    lines: Values | None = None,
    partitions: Values | None = None,
    params: Mapping[str, Setting | Sequence[Setting]] | None = None,
    conf: Mapping[str, Setting | Sequence[Setting]] | None = None,
    warmup: str | float | None = None,
    duration: str | float | None = None,
    seed: int | None = None,
    replay: str | Path | None = None,
    runtimes: Mapping[str, str | Path] | None = None,
    plan: str | Path | None = None,
    filter: str | Sequence[str] | None = None,
    wait: bool = False,
    out: str | Path | None = None,
    quiet: bool = False,
) -> Run:
    """Search the highest rate that each of ``arms`` sustains; :meth:`Run.capacity` has the table.

    Every keyword means what the option of ``sparkbench capacity`` means, with its default, the
    default arms as well; numbers are seconds for ``trigger``, ``p99``, ``budget``, ``warmup`` and
    ``duration``, records/s for ``low`` and ``high``.  Progress goes to standard error unless
    ``quiet``; the report is written.

    :raises UsageError: an argument is wrong; nothing was run or written.
    :raises EnvironmentProblem: something is missing, such as Java or disk; trials that finished
        stay in the run directory.
    :raises KeyboardInterrupt: interrupted; ``Run.load("last")`` reads what finished.

    >>> import bench
    >>> run = bench.capacity("structured", "structured:source=spooled", cores=2)  # doctest: +SKIP
    >>> run.capacity()[["arm", "held_per_s", "missed_per_s"]]  # doctest: +SKIP
    """
    from bench.plan.request import Request
    from bench.runner.replays import settled
    from bench.runner.search_plan import plan_search
    from bench.runner.surroundings import surroundings

    given = {
        "trigger": texts(trigger, format_duration),
        "cores": texts(cores, format_quantity),
        "arrivals": texts(arrivals, format_quantity),
        "streams": texts(streams, format_quantity),
        "payload_bytes": texts(payload_bytes, format_quantity),
        "payload_spread": texts(payload_spread, format_quantity),
        "keys": texts(keys, format_quantity),
        "skew": texts(skew, format_quantity),
        "equal": texts(equal, format_quantity),
        "master": texts(master, format_quantity),
        "executors": texts(executors, format_quantity),
        "job": texts(job, format_quantity),
        "sink": texts(sink, format_quantity),
        "lines": texts(lines, format_quantity),
        "partitions": texts(partitions, format_quantity),
    }
    axes: dict[str, Sequence[str]] = {name: words for name, words in given.items() if words}
    search = {
        "low": text(low, format_quantity),
        "high": text(high, format_quantity),
        "precision": text(precision, repr),
        "p99": text(p99, format_duration),
        "budget": text(budget, format_duration),
    }
    options = {
        "warmup": text(warmup, format_duration),
        "duration": text(duration, format_duration),
        "seed": text(seed, format_quantity),
        "replay": None if replay is None else settled(str(replay)),
        "listen": listen,
        "advertise": advertise,
    }
    filters = (filter,) if isinstance(filter, str) else tuple(filter or ())
    conf_given, params_given = settings(conf or {}), settings(params or {})
    request = Request(
        arms=arms,
        axes=axes,
        conf=tuple(conf_given),
        params=tuple(params_given),
        settings={name: word for name, word in options.items() if word is not None},
        filters=filters,
    )
    named = [f"{name}={path}" for name, path in (runtimes or {}).items()]
    chosen, plan_text = plan_search(
        request,
        surroundings(named),
        search={name: word for name, word in search.items() if word is not None},
        plan_file=None if plan is None else str(plan),
        spell=lambda name: name,
    )
    more = {
        "plan": [] if plan is None else [str(plan)],
        "filter": filters,
        "param": params_given,
        "runtime": named,
    }
    return carry_out(
        chosen,
        command=command("capacity", arms, axes, conf_given, {**search, **options}, more),
        out=out,
        wait=wait,
        quiet=quiet,
        plan_file=plan_text,
    )
