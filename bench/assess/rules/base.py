"""What the rules share: the faults by name, and what they know of the application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.assess.findings import (
    File,
    Finding,
    make,
)
from bench.assess.syntax.tree import (
    ATTR,
    CALL,
    LAMBDA,
    NEW,
    RETURN,
    Node,
)
from bench.catalog.operations import BROKEN, MECHANICAL


@dataclass(frozen=True)
class Fault:
    """A rule: its name, what is wrong in a few words, and what to do; ``change`` is its class."""

    rule: str
    title: str
    instead: str
    change: str = BROKEN


#: In the order of the documentation, docs/assess.md.
FAULTS: dict[str, Fault] = {
    one.rule: one
    for one in (
        Fault(
            "fault.inverse",
            "the inverse function is the reduce function again",
            "the function that takes away, such as `lambda a, b: a - b`",
        ),
        Fault(
            "fault.multiple",
            "a window or slide is no multiple of the batch interval",
            "lengths that are whole batches",
        ),
        Fault(
            "fault.no-checkpoint",
            "state without a checkpoint directory",
            "`ssc.checkpoint(folder)`; a query gets `checkpointLocation`",
        ),
        Fault(
            "fault.no-core",
            "no core is left beside the receivers",
            "more cores than receivers, such as `local[4]`; a query needs none for its source",
        ),
        Fault(
            "fault.driver-connection",
            "a connection of the driver is used in tasks",
            "open it within `foreachPartition`, or in the `open` of a `foreach` writer",
        ),
        Fault(
            "fault.per-record",
            "a connection for every record",
            "one a partition: `foreachPartition`, or the `open` of a `foreach` writer",
            MECHANICAL,
        ),
        Fault(
            "fault.returns",
            "a function of foreachRDD returns a value",
            "return nothing",
        ),
        Fault(
            "fault.unused",
            "a stream that nothing uses is never computed",
            "an output operation, or take it out",
        ),
        Fault(
            "fault.no-output",
            "no output operation",
            "at least one, such as `foreachRDD`",
        ),
        Fault(
            "fault.never-started",
            "a context that is never started",
            "`ssc.start()` and `ssc.awaitTermination()`",
        ),
        Fault(
            "fault.no-wait",
            "nothing waits for the stream",
            "`ssc.awaitTermination()` after `start()`",
        ),
        Fault(
            "fault.master",
            "a master that Spark does not know",
            "`local[4]`, `spark://host:7077`, `yarn`, `k8s://...`",
        ),
        Fault(
            "fault.receiver-blocks",
            "a receiver whose `onStart` does not return",
            "receive in a thread of its own; a source of a query is asked for ranges",
        ),
        Fault(
            "fault.after-start",
            "defined after the context has started",
            "define all of it before `start()`",
        ),
        Fault(
            "fault.not-called",
            "a method is named and not called",
            "add `()`",
        ),
        Fault(
            "fault.task-context",
            "the driver's context is used in tasks",
            "collect before, broadcast, or join; within `foreachBatch` use `batch.sparkSession`",
        ),
        Fault(
            "fault.pickled-context",
            "a function that is written to the checkpoint holds the driver's context",
            "get it within the function: `rdd.context`, `SparkSession.builder.getOrCreate()`",
        ),
        Fault(
            "fault.task-variable",
            "a variable of the driver is changed in tasks",
            "an accumulator, or an action whose result the driver takes",
        ),
        Fault(
            "fault.outside-create",
            "streams are defined outside the function of getOrCreate",
            "define all of it within that function; a query has no such function",
        ),
        Fault(
            "fault.not-restored",
            "a broadcast variable or accumulator does not come back from a checkpoint",
            "make it when it is first used, by a function that keeps one; a query makes it anew at "
            "each start",
        ),
        Fault(
            "fault.state-grows",
            "state that is never let go",
            "return `None` for keys that are over, or a timeout; a watermark or TTL of a query",
        ),
        Fault(
            "fault.cache-grows",
            "a batch is cached and never let go",
            "`unpersist()` at the end of the function",
        ),
        Fault(
            "fault.local-checkpoint",
            "a checkpoint on a local path with a cluster's master",
            "a path that every machine reaches, with its scheme",
        ),
        Fault(
            "fault.second-context",
            "a second context while the first one runs",
            "one context with all streams; of queries any number can run",
        ),
        Fault(
            "fault.restart",
            "a context is started again after it was stopped",
            "a new context; a query is simply started again",
        ),
        Fault(
            "fault.gone",
            "an API that the installed Spark no longer has",
            "what takes its place there",
        ),
        Fault(
            "fault.python2",
            "Python 2, which PySpark has not run on since 3.0",
            "Python 3",
        ),
    )
}


#: Ways to get a context back from its checkpoint.
MAKERS = frozenset({"getOrCreate", "getActiveOrCreate"})


@dataclass(frozen=True)
class App:
    """All files of the assessment, for rules that ask whether something happens anywhere."""

    files: Sequence[File]
    spark: str

    def anywhere(self, owner: str, *names: str) -> bool:
        """Whether any file has such a use."""
        return any(file.uses(owner, *names) for file in self.files)


def found(
    file: File, node: Node, rule: str, call: str, reason: str, *, sure: bool = True
) -> Finding:
    """A fault at a node; one that is not sure asks whether ``reason`` holds."""
    fault = FAULTS[rule]
    return make(
        file,
        node,
        rule=rule,
        change=fault.change,
        call=call,
        instead=fault.instead,
        difference=reason if sure else f"check whether {reason}",
        sure=sure,
    )


def words(text: str) -> frozenset[str]:
    """A set of names."""
    return frozenset(text.split())


def leaves(file: File, kind: str) -> bool:
    """Whether a context or a stream goes to code that was not read."""
    names = file.names
    for node in names.tree.order:
        if node.kind in (CALL, NEW) and any(one.value == kind for one in node.args):
            called = node.kids[0] if node.kind == CALL else node
            if called.kind == ATTR and called.kids[0].value:
                continue
            if called.text in names.functions or called.text in names.shared.functions:
                continue
            if id(node) in names.used or called.text in ("print", "println"):
                continue
            return True
    return False


def within(scope: Node | None, function: Node) -> bool:
    """Whether a scope is the function or lies within it."""
    for _ in range(200):
        if scope is function:
            return True
        if scope is None:
            return False
        scope = scope.scope
    return False


def results(function: Node) -> list[Node]:
    """What a Python function or a lambda gives back."""
    if function.kind == LAMBDA:
        return function.kids[-1:]
    return [
        node.kids[0]
        for node in function.walk()
        if node.kind == RETURN and node.kids and node.scope is function
    ]
