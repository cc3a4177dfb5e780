"""From paths to an assessment: findings, the applications they belong to, effort and risks."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.assess import rules
from bench.assess.findings import (
    File,
    Finding,
    calls,
    describe_windows,
    has_receiver,
    installed_spark,
    settings_in,
)
from bench.assess.kinds import OUTPUTS
from bench.assess.measurement import Measurement, measurement
from bench.assess.names import Names, resolve
from bench.assess.sources import SETTINGS, Skipped, Source, find
from bench.assess.syntax import parse
from bench.catalog.operations import (
    BROKEN,
    CHANGES,
    CONTEXT,
    DSTREAM,
    MECHANICAL,
    NONE,
    REDESIGN,
    SEMANTICS,
)

#: A file of which more than this share cannot be parsed is skipped.
MOST_BAD = 0.4

#: The rule of the estimate, in person-days: a kind of call once, and each further place of it.
DAYS: Mapping[str, tuple[float, float]] = {
    MECHANICAL: (0.1, 0.02),
    SEMANTICS: (0.5, 0.1),
    REDESIGN: (2.0, 0.5),
    NONE: (2.0, 0.5),
    BROKEN: (0.5, 0.1),
}
#: What an application costs beside its code: dual run, cut-over, way back (migration/cutover.md).
BASE_DAYS = 2.0
#: A finding that asks: somebody has to look.
ASK_DAYS = 0.1


@dataclass(frozen=True)
class Application:
    """One program: a file that makes a context, or all files where none or one does.

    ``facts`` are what it is made of, in words; ``today`` and ``after`` what it promises.
    """

    name: str
    files: tuple[str, ...]
    language: str
    batch_s: float | None
    facts: Mapping[str, str]
    today: str
    after: str
    findings: tuple[Finding, ...]
    days: tuple[float, float]
    measurement: Measurement


@dataclass(frozen=True)
class Assessment:
    """What was found at ``paths`` for the Spark that is installed."""

    paths: tuple[str, ...]
    spark: str
    read: int
    applications: tuple[Application, ...]
    others: tuple[Finding, ...]
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]

    @property
    def findings(self) -> list[Finding]:
        """All findings, by file and line."""
        found = [one for app in self.applications for one in app.findings] + list(self.others)
        return sorted(found, key=lambda one: (one.path, one.line, one.column, one.rule))

    @property
    def counts(self) -> dict[str, int]:
        """Findings that are sure, by class; those that ask are under ``ask``."""
        counted = Counter(one.change if one.sure else "ask" for one in self.findings)
        return {name: counted[name] for name in (*CHANGES, "ask")}

    @property
    def days(self) -> tuple[float, float]:
        """Person-days from and to, by the rule of :data:`DAYS`."""
        low = sum(app.days[0] for app in self.applications)
        high = sum(app.days[1] for app in self.applications)
        rest = effort(self.others, base=0.0)
        return low + rest[0], high + rest[1]


def assess(paths: Sequence[Path], spark: str | None = None) -> Assessment:
    """Read what lies at ``paths`` and say what it needs.

    :param spark: the version whose missing APIs count, by default the installed one.

    Raises :class:`bench.errors.UsageError` for a path that cannot be, and
    :class:`bench.errors.EnvironmentProblem` where a parser is missing.
    """
    # What is made here is kept to the end: looking through it for garbage, again and again as it
    # grows, takes a third of the time.
    collects = gc.isenabled()
    gc.disable()
    try:
        return _assess(paths, spark or installed_spark())
    finally:
        if collects:
            gc.enable()


def _assess(paths: Sequence[Path], spark: str) -> Assessment:
    found = find(paths)
    files, notes, skipped = _parsed(found.sources, list(found.skipped))
    streaming = [file for file in files if file.streaming]
    app = rules.App(streaming, spark)
    by_file: dict[str, list[Finding]] = {}
    for file in streaming:
        describe_windows(file)
    for file in files:
        if file.names.uses:
            by_file[file.source.path] = [
                *calls(file, spark),
                *(rules.faults(file, app) if file.streaming else ()),
            ]
    settings = [
        finding
        for source in found.sources
        if source.language == SETTINGS
        for finding in settings_in(source)
    ]
    applications, others = _applications(paths, streaming, by_file, settings)
    return Assessment(
        paths=tuple(map(str, paths)),
        spark=spark,
        read=len(found.sources),
        applications=applications,
        others=others,
        skipped=tuple(skipped),
        notes=tuple(notes),
    )


def _parsed(
    sources: Sequence[Source], skipped: list[Skipped]
) -> tuple[list[File], list[str], list[Skipped]]:
    files, notes = [], []
    for source in sources:
        if source.language == SETTINGS:
            continue
        tree = parse(source.text, source.language)
        size = max(1, len(source.text.encode("utf-8", "replace")))
        if tree.bad_bytes > MOST_BAD * size:
            skipped.append(Skipped(source.path, f"not {source.language.capitalize()} that parses"))
            continue
        files.append(File(source, Names(tree, source.language)))
        if tree.bad_lines and b"treaming" in source.text.encode("utf-8", "replace"):
            lines = ", ".join(map(str, tree.bad_lines[:5]))
            notes.append(f"{source.path}: could not be read near line {lines}; the rest was")
    resolve([file.names for file in files])
    return files, notes, skipped


def _applications(
    paths: Sequence[Path],
    streaming: Sequence[File],
    by_file: Mapping[str, list[Finding]],
    settings: Sequence[Finding],
) -> tuple[tuple[Application, ...], tuple[Finding, ...]]:
    rest = [f for path, found in by_file.items() for f in found]
    if not streaming:
        return (), (*rest, *settings)
    making = [file for file in streaming if file.contexts or file.uses(CONTEXT, "getOrCreate")]
    if len(making) <= 1:
        name = making[0].source.path if making else str(paths[0])
        return (_application(name, streaming, (*rest, *settings)),), ()
    # A file beside one of them belongs to it; one that lies as near to two is several's.
    belongs: dict[str, list[File]] = {file.source.path: [file] for file in making}
    taken = set(belongs)
    for file in streaming:
        near = _nearest(file.source.path, list(belongs))
        if file.source.path not in taken and near is not None:
            belongs[near].append(file)
            taken.add(file.source.path)
    apps = [
        _application(name, found, [f for one in found for f in by_file.get(one.source.path, [])])
        for name, found in belongs.items()
    ]
    others = [f for path, found in by_file.items() if path not in taken for f in found]
    return tuple(apps), (*others, *settings)


def _nearest(path: str, names: Sequence[str]) -> str | None:
    """The one of ``names`` whose folder is nearest to ``path``, if there is one."""
    parts = Path(path).parent.parts
    depths = {name: _shared(parts, Path(name).parent.parts) for name in names}
    best = max(depths.values())
    found = [name for name, depth in depths.items() if depth == best]
    return found[0] if len(found) == 1 and best else None


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )


def _application(name: str, files: Sequence[File], found: Sequence[Finding]) -> Application:
    ordered = sorted(found, key=lambda one: (one.path, one.line, one.column, one.rule))
    intervals = {file.batch_s() for file in files if file.contexts}
    return Application(
        name=name,
        files=tuple(file.source.path for file in files),
        language=Counter(file.names.language for file in files).most_common(1)[0][0],
        batch_s=next(iter(intervals)) if len(intervals) == 1 else None,
        facts=_facts(files),
        today=_today(files),
        after=_after(files),
        findings=tuple(ordered),
        days=effort(ordered),
        measurement=measurement(name, files),
    )


def effort(found: Sequence[Finding], base: float = BASE_DAYS) -> tuple[float, float]:
    """Person-days from and to: the rule of :data:`DAYS`, halved and doubled."""
    days, seen = base, set()
    for one in found:
        if not one.sure:
            days += ASK_DAYS
            continue
        first, more = DAYS[one.change]
        days += more if one.rule in seen else first
        seen.add(one.rule)
    return round(days / 2, 1), round(days * 2, 1)


# --- what it is made of ---------------------------------------------------------------------------


def _facts(files: Sequence[File]) -> dict[str, str]:
    sources = [use for file in files for use in file.sources]
    windows = [window for file in files for window in file.windows]
    state = [use.name for file in files for use in file.state]
    outputs = [use.name for file in files for use in file.uses(DSTREAM) if use.name in OUTPUTS]
    inverse = sum(window.inverse for window in windows)
    lengths = [
        _seconds(w.length_s) + (f" every {_seconds(w.slide_s)}" if w.slide is not None else "")
        for w in windows
    ]
    intervals = {file.batch_s() for file in files if file.contexts}
    return {
        "batch interval": ", ".join(map(_seconds, sorted(intervals, key=lambda i: (i is None, i))))
        or "not said",
        "sources": _counted([_source_name(use.owner, use.name) for use in sources]) or "none found",
        "state": _counted(state) or "none",
        "windows": (_counted(lengths) or "none")
        + (f", {inverse} with an inverse function" if inverse else ""),
        "outputs": _counted(outputs) or "none found",
        "checkpoint": _checkpoint(files),
    }


def _source_name(owner: str, name: str) -> str:
    return name if owner == CONTEXT else f"{owner}.{name}"


def _counted(names: Sequence[str]) -> str:
    return ", ".join(f"{n} {name}" if n > 1 else name for name, n in Counter(names).items())


def _seconds(value: float | None) -> str:
    if value is None:
        return "length not said"
    for size, unit in ((3600, "h"), (60, "min")):
        if value >= size and value % size == 0:
            return f"{value / size:g} {unit}"
    return f"{value:g} s" if value >= 1 else f"{value * 1000:g} ms"


def _checkpoint(files: Sequence[File]) -> str:
    if any(file.uses(CONTEXT, "getOrCreate", "getActiveOrCreate") for file in files):
        return "yes, and started from it"
    if any(file.uses(CONTEXT, "checkpoint") for file in files):
        return "yes, but never started from it"
    return "none"


def _kinds(files: Sequence[File]) -> set[str]:
    kinds = set()
    for file in files:
        for use in file.sources:
            if use.owner == "KafkaUtils" and use.name == "createDirectStream":
                kinds.add("log")
            elif use.name in ("textFileStream", "fileStream", "binaryRecordsStream"):
                kinds.add("files")
            elif use.name == "queueStream":
                kinds.add("queue")
            elif has_receiver(use):
                kinds.add("receiver")
            else:
                kinds.add("log")
    return kinds


def _today(files: Sequence[File]) -> str:
    """What the application promises now, from sources, checkpoint and log."""
    restored = any(file.uses(CONTEXT, "getOrCreate", "getActiveOrCreate") for file in files)
    logged = any(
        file.uses("setting", "spark.streaming.receiver.writeAheadLog.enable") for file in files
    )
    commits = any(file.uses(DSTREAM, "commitAsync") for file in files)
    ranges = any(file.uses("RDD", "offsetRanges") for file in files)
    said = []
    kinds = _kinds(files)
    if "receiver" in kinds:
        said.append(
            "received records at least once (write-ahead log)"
            if logged and restored
            else "received records at most once: what was received and not yet processed is lost "
            "with the driver"
        )
    if "log" in kinds:
        said.append(
            "the log at least once, from its checkpoint"
            if restored
            else "the log at least once, from offsets it stores itself"
            if commits or ranges
            else "no offsets are kept: a restart begins where the consumer's settings say"
        )
    if "files" in kinds:
        said.append(
            "files at least once" if restored else "files that come while nothing runs are missed"
        )
    state = any(file.state or any(w.inverse for w in file.windows) for file in files)
    if state and not restored:
        said.append("state is lost with the driver")
    return "; ".join(said) or "nothing that survives a restart"


def _after(files: Sequence[File]) -> str:
    """What a query with a checkpoint promises instead."""
    kinds = _kinds(files)
    said = []
    if kinds & {"log", "files"}:
        said.append("state exactly once and output at least once, each batch under a lasting id")
    if "receiver" in kinds:
        said.append(
            "a socket cannot be read again, so the same as now; a source with offsets (Kafka, one "
            "of your own) gives at least once without loss"
        )
    if not said:
        said.append("state exactly once and output at least once, if the source can be read again")
    return "; ".join(said)


#: Why a class is a risk, in the order of weight.
RISKS: Mapping[str, str] = {
    BROKEN: "does not work today, or not on the installed Spark",
    NONE: "has no counterpart",
    REDESIGN: "has to be thought out anew",
    SEMANTICS: "gives other results, or at other times",
}


def risks(found: Sequence[Finding]) -> list[str]:
    """What to look at first: the worst classes with the calls that bring them."""
    lines = []
    for change, why in RISKS.items():
        names = Counter(
            rules.FAULTS[one.rule].title if one.rule in rules.FAULTS else one.call
            for one in found
            if one.change == change and one.sure
        )
        if names:
            shown = ", ".join(
                f"{name} ({count}x)" if count > 1 else name for name, count in names.most_common(6)
            )
            more = f" and {len(names) - 6} more kinds" if len(names) > 6 else ""
            lines.append(f"{why[:1].upper()}{why[1:]}: {shown}{more}")
    asks = sum(not one.sure for one in found)
    if asks:
        lines.append(f"To be checked by somebody who knows it: {asks} finding{'s' * (asks != 1)}")
    return lines
