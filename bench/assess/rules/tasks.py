"""Functions that get a batch, and functions that run in tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.assess.findings import (
    File,
    Finding,
)
from bench.assess.kinds import BATCHES, RDDS, SC, SESSION, SHARED, SSC, STREAM
from bench.assess.names import Names
from bench.assess.rules.base import MAKERS, App, found, results, within, words
from bench.assess.syntax import PYTHON, SCALA
from bench.assess.syntax.tree import (
    ASSIGN,
    ATTR,
    CALL,
    CLASS,
    FUNC,
    LAMBDA,
    NAME,
    NEW,
    NUM,
    OP,
    OTHER,
    SEQ,
    STR,
    Node,
    dotted,
)
from bench.catalog.operations import CONTEXT

#: What makes a connection that no task can be sent, by the last part of its name.
_CONNECT = words(
    "connect create_connection get_connection getConnection createConnection KafkaProducer "
    "Producer SimpleProducer KafkaClient MongoClient Redis StrictRedis Elasticsearch Jedis "
    "JedisPool HTable HConnection create_engine HttpClient DefaultHttpClient Socket socket "
    "newSession TransportClient RedisClient InfluxDBClient createSession newConnection "
    "openConnection SolrClient HttpSolrServer BlockingConnection CloseableHttpClient "
    "createClient"
)

_PER_RECORD = words("map flatMap filter foreach mapValues flatMapValues mapToPair flatMapToPair")
_TASKS = _PER_RECORD | words(
    "foreachPartition mapPartitions mapPartitionsWithIndex mapPartitionsToPair reduceByKey "
    "reduce foreachAsync foreachPartitionAsync"
)
_VALUES = words(
    "count collect take first top takeOrdered isEmpty reduce max min sum mean collectAsMap "
    "countByKey countByValue getNumPartitions len str"
)


def returns(file: File, app: App) -> Iterator[Finding]:
    """A Python function of ``foreachRDD`` that returns something."""
    names = file.names
    if names.language != PYTHON:
        return
    for function, use in names.batch_functions.values():
        given = use.node.args
        if use.name != "foreachRDD" or not given or names.as_function(given[0]) is not function:
            continue
        for value in results(function):
            what, sure = _value(names, value)
            if what:
                yield found(
                    file,
                    value if value.line else function,
                    "fault.returns",
                    "foreachRDD",
                    f"it returns {what}, which PySpark takes for an RDD: the batch fails"
                    if sure
                    else f"it returns nothing: {what} is taken for an RDD, and the batch fails",
                    sure=sure,
                )
                break


def _value(names: Names, node: Node, depth: int = 5) -> tuple[str, bool]:
    """What PySpark gets, in words, and whether that is sure; empty where it does no harm."""
    if node.kind == NUM:
        return ("a number", True) if node.extra else ("", True)
    if node.kind == STR:
        return ("a text", True) if node.text else ("", True)
    if node.kind == NAME:
        return ("True", True) if node.text == "True" else ("", True)
    if node.kind == SEQ:
        return (f"a {node.text.split('_')[0]}", True) if node.kids else ("", True)
    if node.kind == OP:
        return ("a value", False)
    if node.kind == CALL:
        function = node.kids[0]
        if function.kind == ATTR and function.kids[0].value in (BATCHES, RDDS):
            if function.text in _VALUES:
                return f"what `{function.text}()` gives", True
            return "", True
        local = names.functions.get(function.text) if function.kind == NAME else None
        if local and depth:
            for one in results(local[-1]):
                found, sure = _value(names, one, depth - 1)
                if found:
                    return found, sure
    return "", True


def _task_functions(file: File) -> list[Node]:
    """Functions that run in tasks: of streams, and of batches within ``foreachRDD``.

    The outermost ones: what lies within another is looked at with it.
    """
    names = file.names
    given = [one for _use, one in names.stream_functions]
    for node in names.tree.order:
        if node.kind == CALL and _runs_tasks(node, BATCHES, RDDS):
            given += node.args
    found: dict[int, Node] = {}
    for one in given:
        function = names.as_function(one)
        if function is not None and _own(file, function):
            found[id(function)] = function
    outermost, reached = [], 0
    for function in sorted(found.values(), key=lambda one: (one.start, -one.end)):
        if function.end > reached:
            outermost.append(function)
            reached = function.end
    return outermost


def _runs_tasks(node: Node, *kinds: str) -> bool:
    """Whether that call runs a function in tasks."""
    method = node.kids[0]
    return method.kind == ATTR and method.text in _TASKS and method.kids[0].value in kinds


def _own(file: File, function: Node) -> bool:
    names = file.names
    found = names.functions.get(function.text) if function.kind == FUNC else None
    return (
        function.kind != FUNC
        or bool(found and any(one is function for one in found))
        or (function.scope is None or function.scope.kind != CLASS)
    )


def _is_connection(names: Names, node: Node) -> str:
    """What connects there, or nothing."""
    if node.kind == CALL:
        full = dotted(node.kids[0]) or node.kids[0].text
    elif node.kind == NEW:
        full = re.split(r"[\[<]", node.text, maxsplit=1)[0]
    else:
        return ""
    last = full.rpartition(".")[2]
    if last not in _CONNECT:
        return ""
    before = full.rpartition(".")[0].rpartition(".")[2]
    if last == "socket" and before != "socket":
        return ""
    return full


def _connections(file: File) -> dict[int, tuple[Node, str]]:
    """Assignments of connections, by the node that is assigned."""
    found = {}
    for node in file.names.tree.order:
        if node.kind == ASSIGN and node.text and node.kids and "." not in node.text:
            value = node.kids[0]
            what = _is_connection(file.names, value)
            if not what and value.kind == CALL and value.kids[0].kind == ATTR:
                what = _is_connection(file.names, value.kids[0].kids[0])  # connect(...).cursor()
            if what and node.result != "lazy":
                found[id(node)] = (node, what)
    return found


def driver_connection(file: File, app: App) -> Iterator[Finding]:
    """A connection that a task's function takes with it."""
    names, made, told = file.names, _connections(file), set()
    if not made:
        return
    for function in _task_functions(file):
        for node in function.walk():
            if node.kind != NAME or not node.text or node.text in told:
                continue
            scope, bound = names.declaring(node.scope, node.text)
            if not bound or within(scope, function):
                continue
            if scope is not None and scope.kind == CLASS:
                continue
            for assigned in names.assigned.get((id(scope), node.text), ()):
                if id(assigned) in made:
                    told.add(node.text)
                    at_top = scope is None
                    yield found(
                        file,
                        node,
                        "fault.driver-connection",
                        node.text,
                        f"`{node.text}` can be sent to executors: it is a connection "
                        f"(`{made[id(assigned)][1]}`, line {assigned.line}) of the driver, and "
                        "tasks cannot take one with them"
                        if at_top
                        else f"`{node.text}` is opened on the driver (`{made[id(assigned)][1]}`, "
                        f"line {assigned.line}) and cannot be sent with a task",
                        sure=not at_top,
                    )
                    break


def per_record(file: File, app: App) -> Iterator[Finding]:
    """A connection within a function that runs for every record."""
    names = file.names
    seen: set[int] = set()
    # Callers before what lies within what they are given.
    for node in reversed(names.tree.order):
        if node.kind != CALL or not _runs_tasks(node, BATCHES, RDDS, STREAM):
            continue
        method, base = node.kids[0].text, node.kids[0].kids[0].value
        for given in node.args[:1]:
            function = names.as_function(given)
            if function is None or (base == STREAM and method == "foreach"):
                continue
            if id(function) in seen:
                continue
            parts = list(function.walk())
            seen.update(map(id, parts[1:]))
            for part in parts:
                what = _is_connection(names, part)
                if not what:
                    continue
                if method in _PER_RECORD or _in_loop(part, function):
                    yield found(
                        file,
                        part,
                        "fault.per-record",
                        what,
                        f"`{what}` connects once a record; most of the time goes into connecting",
                    )
                break


def _in_loop(node: Node, function: Node) -> bool:
    for around in node.around():
        if around is function:
            return False
        if around.kind == LAMBDA and around.text != "block":
            return True
        if around.kind == OTHER and around.text in (
            "for_statement",
            "while_statement",
            "enhanced_for_statement",
            "for_expression",
            "while_expression",
        ):
            return True
    return False


def task_context(file: File, app: App) -> Iterator[Finding]:
    """A SparkContext, a StreamingContext or another stream within a task."""
    names = file.names
    for function in _task_functions(file):
        for node in function.walk():
            if node.kind != NAME or node.value not in (SC, SSC, SESSION, STREAM, RDDS):
                continue
            scope, bound = names.declaring(node.scope, node.text)
            if not bound or within(scope, function) or (scope and scope.kind == CLASS):
                continue
            if node.parent is not None and node.parent.kind == ASSIGN:
                continue
            yield found(
                file,
                node,
                "fault.task-context",
                node.text,
                f"`{node.text}` lives on the driver only: the function cannot be sent with a task "
                "(SPARK-5063)",
            )
            break


def pickled_context(file: File, app: App) -> Iterator[Finding]:
    """In Python, a context in a function of ``foreachRDD`` that a checkpoint holds."""
    names = file.names
    if names.language != PYTHON or not file.uses(CONTEXT, "checkpoint"):
        return
    for function, use in names.batch_functions.values():
        if use.name not in ("foreachRDD", "transform") or not _own(file, function):
            continue
        for node in function.walk():
            if node.kind == NAME and node.value in (SC, SSC, SESSION):
                scope, bound = names.declaring(node.scope, node.text)
                if not bound or within(scope, function):
                    continue
                # A function of a module that executors can import is pickled by its name.
                by_value = function.kind == LAMBDA or function.scope is not None
                sure = by_value or "__main__" in file.source.text
                yield found(
                    file,
                    node,
                    "fault.pickled-context",
                    node.text,
                    f"the checkpoint holds the function, and `{node.text}` cannot be pickled: the "
                    "context fails to start, or with its first checkpoint"
                    if sure
                    else "this file is imported: where it is the program itself, the checkpoint "
                    f"holds the function, and `{node.text}` cannot be pickled",
                    sure=sure,
                )
                break


def task_variable(file: File, app: App) -> Iterator[Finding]:
    """A counter or list of the driver that tasks change: they change a copy."""
    names, told = file.names, set()
    for function in _task_functions(file):
        shared = {
            kid.text
            for node in function.walk()
            if node.kind == OTHER and node.text == "global"
            for kid in node.kids
        }
        for node in function.walk():
            name = _changed(names, node, function, shared)
            if name and (id(function), name) not in told:
                told.add((id(function), name))
                yield found(
                    file,
                    node,
                    "fault.task-variable",
                    name,
                    f"each task changes a copy of `{name}`, and the driver's stays as it is (in "
                    "local mode on the JVM the outcome is undefined)",
                )


def _changed(names: Names, node: Node, function: Node, shared: set[str]) -> str:
    if node.kind == ASSIGN and node.text:
        if names.language == PYTHON:
            return node.text if node.text in shared else ""
        if "." in node.text or node.extra[0]:
            return ""
        if node.extra[1] == "=" and names.language == SCALA:
            return ""  # may be a definition
        scope, bound = names.declaring(node.scope, node.text)
        # An assignment binds, so the name is looked for outside the function only.
        outer = names.declaring(function.scope, node.text)
        own = [
            one
            for one in names.assigned.get((id(scope), node.text), ())
            if one.extra[1] == "=" and (one.extra[0] or names.language == SCALA)
        ]
        if own and bound and within(scope, function):
            return ""
        if outer[1] and node.extra[1] != "=":
            first = names.assigned.get((id(outer[0]), node.text), [None])[0]
            if first is not None and first.kids and first.kids[0].kind in (NUM, STR):
                return node.text
        return ""
    if node.kind == CALL and node.kids[0].kind == ATTR and len(node.kids) == 2:
        base = node.kids[0].kids[0]
        if node.kids[0].text not in ("append", "add", "extend") or base.kind != NAME:
            return ""
        scope, bound = names.declaring(base.scope, base.text)
        if not bound or within(scope, function) or (scope is not None and scope.kind == CLASS):
            return ""
        values = names.assigned.get((id(scope), base.text), [])
        if len(values) == 1 and values[0].kids and _is_collection(values[0].kids[0]):
            return base.text
    return ""


def _is_collection(node: Node) -> bool:
    if node.kind == NEW:
        return node.text.startswith(
            ("ArrayList", "LinkedList", "HashSet", "ArrayBuffer", "ListBuffer")
        )
    if node.kind == CALL:
        return node.kids[0].text in ("list", "set") and len(node.kids) == 1
    return node.kind == SEQ and node.text == "list"


def not_restored(file: File, app: App) -> Iterator[Finding]:
    """Broadcast variables and accumulators in functions that a checkpoint holds."""
    names = file.names
    if not file.uses(CONTEXT, *MAKERS):
        return
    told: set[str] = set()
    for function in _task_functions(file):
        for node in function.walk():
            if node.kind == NAME and node.value == SHARED and node.text not in told:
                scope, bound = names.declaring(node.scope, node.text)
                if bound and not within(scope, function):
                    told.add(node.text)
                    yield found(
                        file,
                        node,
                        "fault.not-restored",
                        node.text,
                        f"`{node.text}` is made anew after a restart: what comes back from the "
                        "checkpoint is of a context that is gone",
                        sure=False,
                    )


def receiver_blocks(file: File, app: App) -> Iterator[Finding]:
    """A receiver that receives within ``onStart``."""
    for use in file.uses("Receiver"):
        for node in use.node.walk():
            if node.kind != FUNC or node.text != "onStart":
                continue
            loops = [
                one
                for one in node.walk()
                if one.kind == OTHER and one.text.startswith("while") and one.scope is node
            ]
            if loops:
                yield found(
                    file,
                    node,
                    "fault.receiver-blocks",
                    "onStart",
                    "its loop ends: `onStart` must return, or the receiver can be neither stopped "
                    "nor restarted",
                    sure=False,
                )


def cache_grows(file: File, app: App) -> Iterator[Finding]:
    """``rdd.cache()`` within ``foreachRDD`` without ``unpersist()``."""
    names = file.names
    for function, _use in names.batch_functions.values():
        if not _own(file, function):
            continue
        kept = [
            node
            for node in function.walk()
            if node.kind == CALL
            and node.kids[0].kind == ATTR
            and node.kids[0].text in ("cache", "persist")
            and node.kids[0].kids[0].value == BATCHES
        ]
        freed = any(node.kind == ATTR and node.text == "unpersist" for node in function.walk())
        if kept and not freed:
            yield found(
                file,
                kept[0],
                "fault.cache-grows",
                kept[0].kids[0].text,
                "it is let go: blocks of a batch that was cached stay until the RDD is collected "
                "as garbage",
                sure=False,
            )
