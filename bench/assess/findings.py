"""What is found: the calls of the table, each with what takes its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from importlib.metadata import PackageNotFoundError, version

from bench.assess.kinds import PYTHON2, RECEIVERS, SETTING, SOURCES, SSC, TABLE, UNKNOWN
from bench.assess.names import Names, Use
from bench.assess.sources import Source
from bench.assess.syntax import PYTHON, SCALA
from bench.assess.syntax.tree import ATTR, CALL, NAME, NEW, OP, STR, Node, dotted
from bench.catalog.connectors import KAFKA
from bench.catalog.jvm import INPUT, JVM_OPERATIONS, LISTENER, RECEIVER, STATE_SPEC
from bench.catalog.operations import BROKEN, CONTEXT, DSTREAM, REDESIGN, Operation
from bench.catalog.settings import BY_KEY, Setting

#: Windowed operations: positions of length and slide in PySpark, which has an inverse as well.
WINDOWS = {
    "window": (0, 1),
    "countByWindow": (0, 1),
    "countByValueAndWindow": (0, 1),
    "groupByKeyAndWindow": (0, 1),
    "reduceByWindow": (2, 3),
    "reduceByKeyAndWindow": (2, 3),
}
#: Operations that PySpark's streams and contexts do not have.
ONLY_JVM = {(one.owner, one.name) for one in JVM_OPERATIONS if one.owner in (DSTREAM, CONTEXT)}
_INVERSE = frozenset({"countByWindow", "countByValueAndWindow"})
STATE = frozenset({"updateStateByKey", "mapWithState"})


@dataclass(frozen=True)
class Finding:
    """One finding.

    ``rule`` is the operation (``DStream.map``), setting or fault; ``change`` one of
    :data:`bench.catalog.operations.CHANGES`; ``call`` what is written there; ``instead`` and
    ``difference`` are Markdown.  ``shown`` names jobs of the catalogue that show it.  Where
    ``sure`` is false the finding asks: whether it holds depends on what the source does not say.
    """

    rule: str
    change: str
    path: str
    line: int
    column: int
    place: str
    call: str
    instead: str
    difference: str
    shown: tuple[str, ...] = ()
    sure: bool = True


@dataclass(frozen=True)
class Window:
    """A windowed operation; lengths in seconds, ``None`` where the source does not say."""

    use: Use
    length: Node | None
    slide: Node | None
    length_s: float | None
    slide_s: float | None
    inverse: bool


@dataclass
class File:
    """A file that was read, what its names stand for and what it holds."""

    source: Source
    names: Names
    windows: list[Window] = field(default_factory=list)

    def uses(self, owner: str, *names: str) -> list[Use]:
        """Uses of an owner, all or those of the names."""
        return [u for u in self.names.uses if u.owner == owner and (not names or u.name in names)]

    @property
    def contexts(self) -> list[Use]:
        """Where a StreamingContext is made."""
        return self.uses(SSC)

    @property
    def sources(self) -> list[Use]:
        """Where a stream comes from."""
        return [use for use in self.names.uses if is_source(use)]

    @property
    def state(self) -> list[Use]:
        """Operations that keep state by key."""
        return self.uses(DSTREAM, *STATE)

    @property
    def streaming(self) -> bool:
        """Whether anything of the file is of the DStream API."""
        return any(use.owner not in (SETTING, PYTHON2) for use in self.names.uses)

    def strings(self, method: str, *more: str) -> list[Node]:
        """First arguments of every call of a method, whatever it is called on."""
        found = []
        for node in self.names.tree.order:
            function = node.kids[0] if node.kind == CALL and len(node.kids) > 1 else None
            if function and function.kind == ATTR and function.text in (method, *more):
                found.append(node.kids[1])
        return found

    @cached_property
    def masters(self) -> list[str]:
        """Masters that the source names itself."""
        names, found = self.names, []
        given: list[Node | None] = [*self.strings("setMaster", "master")]
        for node in names.tree.order:
            if node.kind in (CALL, NEW):
                called = node.kids[0].text if node.kind == CALL else node.text
                simple = names.simple(called)
                if simple in ("SparkContext", "JavaSparkContext"):
                    given.append(node.argument(0, "master"))
                elif simple in ("StreamingContext", "JavaStreamingContext"):
                    # (master, name, interval); with fewer it is a path or a configuration.
                    given += [node.argument(0)] if len(node.args) > 2 else []
                elif (
                    called in ("set", "config", "setIfMissing")
                    and len(node.kids) == 3
                    and names.string(node.kids[1]) == "spark.master"
                ):
                    given.append(node.kids[2])
        for one in given:
            text = names.string(one)
            if text:
                found.append(text)
        return list(dict.fromkeys(found))

    def batch_s(self) -> float | None:
        """The batch interval in seconds, where all contexts of the file agree on one."""
        found = {self._interval(use.node) for use in self.contexts}
        return next(iter(found)) if len(found) == 1 else None

    def _interval(self, node: Node) -> float | None:
        given = node.args
        if self.names.language == PYTHON:
            return self.names.seconds(node.argument(1, "batchDuration"))
        for one in given[1:4]:
            seconds = self.names.seconds(one)
            if seconds is not None:
                return seconds
        return None


def is_source(use: Use) -> bool:
    """Whether a stream begins there."""
    if use.owner == CONTEXT:
        return use.name in SOURCES
    if use.owner.endswith("Utils") or use.owner == "KinesisInputDStream":
        return use.name != "createRDD"
    return False


def has_receiver(use: Use) -> bool:
    """Whether the source holds a core for a receiver."""
    if use.owner == CONTEXT:
        return use.name in RECEIVERS
    return is_source(use) and not use.name.startswith("createDirect")


def describe_windows(file: File) -> None:
    """Fill in the windows of a file: lengths, slides, inverse functions."""
    for use in file.uses(DSTREAM, *WINDOWS):
        file.windows.append(_window(file.names, use))


def _window(names: Names, use: Use) -> Window:
    node = use.node
    inverse: Node | None = None
    if names.language == PYTHON:
        first, second = WINDOWS[use.name]
        length = node.argument(first, "windowDuration")
        slide = node.argument(second, "slideDuration")
        if first == 2:
            inverse = node.argument(1, "invFunc", "invReduceFunc")
            if inverse is not None and inverse.kind == NAME and inverse.text == "None":
                inverse = None
        always = use.name in _INVERSE or use.name == "groupByKeyAndWindow"
    else:
        given = list(node.args) if node.kind == CALL else []
        if use.name.startswith("reduceBy") and given:
            given = given[1:]
            if given and names.seconds(given[0]) is None and _is_function(names, given[0]):
                inverse, given = given[0], given[1:]
        length = given[0] if given else None
        slide = given[1] if len(given) > 1 else None
        always = use.name in _INVERSE
    if slide is not None and names.seconds(slide) is None and slide.kind != NAME:
        slide = slide if names.language == PYTHON and slide.text != "None" else None
    return Window(
        use,
        length,
        slide,
        names.seconds(length),
        names.seconds(slide),
        always or inverse is not None,
    )


def _is_function(names: Names, node: Node) -> bool:
    return names.as_function(node) is not None or node.kind == OP or node.kind == NEW


def installed_spark() -> str:
    """The version of Spark that is installed, or that this release of sparkbench is made for."""
    try:
        return version("pyspark")
    except PackageNotFoundError:
        return "4.3"


def is_gone(since: str, spark: str) -> bool:
    """Whether what went with version ``since`` is missing in ``spark``."""
    return bool(since) and _numbers(since) <= _numbers(spark)


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(".")[:2] if part.isdigit()]


def calls(file: File, spark: str) -> Iterator[Finding]:
    """A finding for each use of the table."""
    for use in file.names.uses:
        if use.owner == SETTING:
            yield setting_finding(file.source, use.name, use.node.line, use.node.column)
        elif use.owner == UNKNOWN:
            python = file.names.language == PYTHON and "." not in use.name
            yield make(
                file,
                use.node,
                rule=f"{DSTREAM}.other",
                change=BROKEN if python else REDESIGN,
                call=use.name,
                instead="look for it in the library it comes from",
                difference="PySpark's DStream has no such method: check whether something adds it"
                if python
                else "no operation of Spark's DStream: check whether a library or your own code "
                "adds it, and what it does",
                sure=False,
            )
        elif use.owner not in (SSC, PYTHON2):
            operation = TABLE[use.owner, use.name]
            gone = gone_since(file, use, operation)
            only_jvm = (use.owner, use.name) in ONLY_JVM
            if file.names.language == PYTHON and only_jvm:
                yield make(
                    file,
                    use.node,
                    rule=rule_of(operation),
                    change=BROKEN,
                    call=spelled(use),
                    instead=operation.instead,
                    difference="PySpark has no such method: check whether it is the JVM's object "
                    f"behind it that is called; {operation.difference}",
                    sure=False,
                )
                continue
            if is_gone(gone, spark):
                yield make(
                    file,
                    use.node,
                    rule=rule_of(operation),
                    change=BROKEN,
                    call=spelled(use),
                    instead=operation.instead,
                    difference=f"gone since Spark {gone}, and Spark {spark} is installed; "
                    f"{operation.difference}",
                    shown=operation.jobs,
                )
                continue
            yield make(
                file,
                use.node,
                rule=rule_of(operation),
                change=operation.change,
                call=spelled(use),
                instead=operation.instead,
                difference=operation.difference,
                shown=operation.jobs,
            )


def gone_since(file: File, use: Use, operation: Operation) -> str:
    """The version that took it away; which Kafka API is meant is told by imports and arguments."""
    if use.owner == KAFKA and use.name != "createStream":
        old = file.names.language == PYTHON or file.names.imports_of(
            "org.apache.spark.streaming.kafka.", "pyspark.streaming.kafka"
        )
        new = file.names.imports_of("org.apache.spark.streaming.kafka010")
        return "3.0" if old and not new else ""
    return operation.gone


def rule_of(operation: Operation) -> str:
    """The name of a finding of the table."""
    return f"{operation.owner}.{operation.name}"


def spelled(use: Use) -> str:
    """How the source has it."""
    if use.owner in (RECEIVER, LISTENER, INPUT):
        return f"extends {use.owner}"
    if use.owner in (DSTREAM, CONTEXT, "RDD", "batch", STATE_SPEC):
        return use.name
    return f"{use.owner}.{use.name}"


def make(
    file: File,
    node: Node,
    *,
    rule: str,
    change: str,
    call: str,
    instead: str,
    difference: str,
    shown: Sequence[str] = (),
    sure: bool = True,
) -> Finding:
    """A finding at a node."""
    line = node.line or (node.kids[0].line if node.kids else 0)
    return Finding(
        rule=rule,
        change=change,
        path=file.source.path,
        line=max(1, line),
        column=max(1, node.column),
        place=file.source.place(max(1, line)),
        call=call,
        instead=instead,
        difference=difference,
        shown=tuple(shown),
        sure=sure,
    )


@cache
def _near(key: str) -> list[str]:
    return get_close_matches(key, BY_KEY, 1)


def setting_finding(source: Source, key: str, line: int, column: int) -> Finding:
    """A ``spark.streaming.*`` setting, known or not."""
    known = BY_KEY.get(key)
    if known is None:
        near = _near(key)
        known = Setting(
            key,
            f"did you mean `{near[0]}`?" if near else "none",
            "no setting that Spark reads: check whether it is one of your own",
            BROKEN,
        )
        return _set(source, key, known, line, column, sure=False)
    return _set(source, key, known, line, column, sure=True)


def _set(
    source: Source, key: str, known: Setting, line: int, column: int, *, sure: bool
) -> Finding:
    return Finding(
        rule=f"setting.{key}" if sure else "setting.unknown",
        change=known.change,
        path=source.path,
        line=line,
        column=column,
        place=source.place(line),
        call=key,
        instead=known.instead,
        difference=known.difference,
        sure=sure,
    )


def settings_in(source: Source) -> Iterator[Finding]:
    """Settings in a file of properties, a shell script or YAML; comments do not count."""
    for number, line in enumerate(source.text.split("\n"), 1):
        begin = line.find("spark.streaming.")
        if begin < 0 or line.lstrip().startswith(("#", "!", "//")):
            continue
        while begin >= 0:
            end = begin
            while end < len(line) and (line[end].isalnum() or line[end] in "._-"):
                end += 1
            key = line[begin:end].rstrip(".")
            if key.count(".") >= 2 and line[begin - 1 : begin] not in (".", "/"):
                yield setting_finding(source, key, number, begin + 1)
            begin = line.find("spark.streaming.", end)


__all__ = ["SCALA", "STR", "File", "Finding", "Window", "calls", "dotted"]
