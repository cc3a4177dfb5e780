"""One trial with all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from statistics import median

from bench.contract import PHASES
from bench.contract.masters import LOCAL
from bench.document import text
from bench.document.parts import Grid, Line, Part
from bench.experiments.runs import STATUS_STYLES
from bench.measure.thresholds import THRESHOLDS, Threshold, Unit
from bench.results.schema import (
    STATUSES,
    Batch,
    ExecutorUse,
    Quantiles,
    Status,
    TrialResult,
)


def trial_parts(result: TrialResult, logs: Sequence[Path], *, most: int) -> list[Part]:
    """One trial: what it was, how it ended, checks, latency, load, phases and batches.

    At most ``most`` batches are listed, those of the measured window first.
    """
    where = ", ".join(text.plain(str(path)) for path in logs) or "none was kept, nothing was said"
    return [
        *trial_facts(result),
        *trial_checks(result),
        *trial_batches(result, most),
        Line(f"Log: {where}."),
    ]


def trial_facts(result: TrialResult) -> list[Part]:
    """What the trial was, how it ended, its latency and its load."""
    return [
        *_what(result),
        *_reasons(result),
        *_fault(result),
        *_latency(result),
        *_load(result),
        *_settings(result),
    ]


def trial_checks(result: TrialResult) -> list[Part]:
    """Every validity check, and what to do about those that did not pass."""
    if not result.checks:
        return []
    return [Line("Checks", "bold"), _checks(result), *failed_checks(result)]


def failed_checks(result: TrialResult) -> list[Part]:
    """What to do about the checks that did not pass, as far as the reasons do not say it."""
    return [
        Line(f"! {text.plain(check.message)}", "yellow")
        for check in result.checks
        if not check.passed and check.message not in result.reasons
    ]


def trial_batches(result: TrialResult, most: int) -> list[Part]:
    """At most ``most`` batches, those of the measured window first."""
    return _batches(result, most) if result.batches else []


def _what(result: TrialResult) -> list[Line]:
    trial, place = result.trial, result.environment
    attempt = f", attempt {trial.attempt}" if trial.attempt > 1 else ""
    settings = {**trial.profile_conf, **trial.spark_conf}
    conf = ", ".join(f"{key}={value}" for key, value in settings.items())
    facts = (
        f"path {trial.path}, guarantee {trial.guarantee}, profile {trial.profile}, "
        f"job {trial.job}, sink {trial.sink}, "
        f"arrivals {trial.arrivals}, payload {trial.payload}, seed {trial.seed}, "
        f"slot {trial.slot}" + (f", master {trial.master}" if trial.master != LOCAL else "")
    )
    apart = place.engine_python not in (None, place.python)
    harness = f" (sparkbench itself: {place.python})" if apart else ""
    versions = (
        f"Spark {place.spark or 'unknown'}, Java {place.java or 'unknown'}, "
        f"Python {place.engine_python or place.python}{harness}, code {trial.code_digest}"
        + (f", job's file {trial.job_digest[:16]}" if trial.job_digest else "")
    )
    startup = "" if result.startup_s is None else f", {result.startup_s:.1f} s of it start-up"
    late = (
        f"Records were sent {text.seconds(trial.inject_s)} after their intended time, on purpose."
    )
    lines = [
        Line(
            text.plain(f"Trial {trial.number}: {trial.arm}, round {trial.round}{attempt}"), "bold"
        ),
        Line(f"At {text.cell_text(trial.cell)}; {text.plain(facts)}."),
        *([Line(text.plain(f"Spark settings: {conf}."))] if conf and not result.settings else []),
        *([Line(late)] if trial.inject_s else []),
        Line(f"It took {result.trial_s:.1f} s{startup}. {text.plain(versions)}."),
    ]
    return lines


def _settings(result: TrialResult) -> list[Part]:
    if not result.settings:
        return []
    heading = ("setting", "Spark's", "from", "value")
    rows = tuple(
        (one.key, one.default or text.NONE, one.origin, one.value) for one in result.settings
    )
    title = "Settings that are not Spark's own"
    return [Line(title, "bold"), Grid(heading, rows, frozenset(heading), wrap=True)]


def _reasons(result: TrialResult) -> list[Line]:
    style = STATUS_STYLES.get(result.status, "yellow") or "green"
    reasons = " ".join(f"{text.plain(reason).rstrip('.')}." for reason in result.reasons)
    return [Line(f"It is {result.status}{': ' if reasons else '.'}{reasons}", style)]


def _latency(result: TrialResult) -> list[Part]:
    if result.latency_s is None:
        return []
    names = ("p50", "p90", "p95", "p99", "p999", "max", "mean")
    sides: tuple[tuple[str, Quantiles], ...] = (
        ("gross", result.latency_s.gross),
        ("net", result.latency_s.net),
    )
    rows = tuple(
        (name, *(text.seconds(getattr(side, quantile)) for quantile in names))
        for name, side in sides
    )
    n = text.quantity(result.latency_s.gross.n)
    grid = Grid(("latency", *names), rows, frozenset({"latency"}))
    title = f"Latency of {n} records from their intended time; net: without the trigger's wait"
    return [Line(title, "bold"), grid]


def _fault(result: TrialResult) -> list[Line]:
    seen = result.fault
    if seen is None:
        return []
    back = "came back" if seen.came_back else "did not come back"
    why = f" ({seen.ended_by})" if seen.ended_by else ""
    counts = ", ".join(
        f"{getattr(seen, f'{what}_records'):,} {what}"
        for what in ("lost", "repeated", "pending", "unsent")
    )
    return [
        Line(
            text.plain(
                f"Fault {result.trial.fault}: it {back}{why}; outage {text.seconds(seen.outage_s)},"
                f" backlog gone after {text.seconds(seen.backlog_gone_s)}; records: {counts}."
            )
        )
    ]


def _load(result: TrialResult) -> list[Line]:
    load = result.load
    if load is None:
        return []
    lag, own, full = load.send_lag_s, load.starved_s, load.blocked_s
    lines = [
        f"Load: {text.quantity(load.sent_records)} records sent, "
        f"{text.quantity(load.offered_per_s)}/s offered, "
        f"{text.quantity(load.delivered_per_s)}/s delivered, "
        f"{text.quantity(result.throughput_per_s)}/s made visible.",
        f"Send lag: p50 {text.seconds(lag.p50)}, p99 {text.seconds(lag.p99)}, max "
        f"{text.seconds(lag.max)}; at p99 {text.seconds(own.p99)} the generator's own, "
        f"{text.seconds(full.p99)} with the socket full.",
    ]
    cost = result.resources
    if cost is not None:
        lines.append(
            f"CPU in the window: JVM {cost.jvm_cpu_s:.2f} s, Python driver {cost.driver_cpu_s:.2f} "
            f"s, workers {cost.workers_cpu_s:.2f} s, generator {cost.generator_cpu_s:.2f} s of "
            f"{cost.window_s:.1f} s; memory at most {cost.rss_peak_bytes / 2**20:.0f} MiB."
        )
        lines += [executor_words(one) for one in cost.executors]
    return [Line(line) for line in lines]


def executor_words(use: ExecutorUse) -> str:
    """What an executor did in the window, by Spark's own metrics, as a sentence."""
    peaks = (
        ("heap", use.heap_peak_bytes),
        ("JVM", use.jvm_rss_peak_bytes),
        ("Python", use.python_rss_peak_bytes),
    )
    memory = ", ".join(f"{name} {size / 2**20:.0f} MiB" for name, size in peaks if size)
    return (
        f"Executor {text.plain(use.id)} on {text.plain(use.host)}, {use.cores} slots: "
        f"{use.tasks} tasks ran {use.run_s:.2f} s, CPU {use.cpu_s:.2f} s, GC {use.gc_s:.2f} s"
        + (f"; at most {memory}." if memory else ".")
    )


def _checks(result: TrialResult) -> Grid:
    rows = []
    for check in result.checks:
        limit = THRESHOLDS.get(check.name)
        unit: Unit | None = limit.unit if limit else None
        sign = ">=" if limit and limit.at_least else "<="
        bound = "" if check.threshold is None else f"{sign} {_value(check.threshold, unit)}"
        outcome: str = check.answer if check.passed else _status_of(limit, result.status)
        rows.append((check.name, _value(check.value, unit), bound, outcome))
    styles = tuple("" if check.passed else "yellow" for check in result.checks)
    heading = ("check", "value", "allowed", "result")
    return Grid(heading, tuple(rows), frozenset({"check", "result"}), styles)


def _status_of(limit: Threshold | None, status: Status) -> str:
    """What a failed check made of a trial, as it was judged then: limits may have changed since."""
    found = limit.on_failure if limit else None
    worse = found is not None and STATUSES.index(found) < STATUSES.index(status)
    return "warning" if found is None or worse else found


def _value(value: float | None, unit: Unit | None) -> str:
    if value is None:
        return text.NONE
    if unit == "s":
        return text.seconds(value)
    return f"{value:.2%}" if unit == "share" else f"{value:,.10g}"


def _batches(result: TrialResult, most: int) -> list[Part]:
    measured = [batch for batch in result.batches if not batch.warmup]
    shown = (measured or result.batches)[:most]
    names = [name for name in PHASES if any(batch.phases.get(name) for batch in measured)]
    grid = Grid(
        ("batch", "records", "start", "time", *names, "failure"),
        tuple(_batch(batch, names, result) for batch in shown),
        frozenset({"failure"}),
        tuple("bold red" if batch.failure else "" for batch in shown),
    )
    if not any(batch.failure for batch in shown):
        grid = Grid(grid.heading[:-1], tuple(row[:-1] for row in grid.rows), grid.left)
    warm = len(result.batches) - len(measured)
    title = (
        f"Batches: {len(measured)} measured, {warm} of warm-up; start in s, time and phases in ms"
    )
    rest = len(measured or result.batches) - len(shown)
    parts: list[Part] = [Line(title, "bold"), grid]
    if measured:
        parts.append(Line(f"Median phases: {_phases(measured, names)}."))
    if rest > 0:
        parts.append(Line(f"{rest} more; --batches all lists every one.", "dim"))
    return parts


def _batch(batch: Batch, names: Sequence[str], result: TrialResult) -> tuple[str, ...]:
    since = batch.started - (result.load.t0 if result.load else result.batches[0].started)
    records = sum(count for _stream, _first, count in batch.ranges)
    return (
        str(batch.batch_id),
        f"{records:,}",
        f"{since:.2f}",
        _ms(batch.finished - batch.started),
        *(_ms(batch.phases.get(name)) for name in names),
        text.plain(batch.failure or ""),
    )


def _phases(batches: Sequence[Batch], names: Sequence[str]) -> str:
    return ", ".join(
        f"{name} {text.seconds(median(batch.phases.get(name, 0.0) for batch in batches))}"
        for name in names
    )


def _ms(seconds: float | None) -> str:
    """Milliseconds without their unit, so that many columns fit."""
    return text.NONE if seconds is None else text.quantity(seconds * 1e3)
