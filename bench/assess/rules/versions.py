"""What the installed Spark no longer has."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.assess.findings import (
    File,
    Finding,
    is_gone,
)
from bench.assess.kinds import PYTHON2
from bench.assess.names import Names, Use
from bench.assess.rules.base import App, found, results
from bench.assess.syntax import JAVA, PYTHON
from bench.assess.syntax.tree import (
    BLOCK,
    CALL,
    FUNC,
    LAMBDA,
    NEW,
    RETURN,
    Node,
    dotted,
)
from bench.catalog.operations import DSTREAM


def gone(file: File, app: App) -> Iterator[Finding]:
    """Signatures that went with Spark 2.0 and 3.0."""
    names = file.names
    if names.language == JAVA and is_gone("2.0", app.spark):
        for use in file.uses(DSTREAM, "foreachRDD", "flatMap", "flatMapToPair", "mapPartitions"):
            given = use.node.args
            reason = _old_function(names, use, given[0]) if given else ""
            if reason:
                yield found(file, use.node, "fault.gone", use.name, reason)
        if "com.google.common.base.Optional" in names.imported:
            for use in file.uses(DSTREAM, "updateStateByKey"):
                yield found(
                    file,
                    use.node,
                    "fault.gone",
                    use.name,
                    "Guava's `Optional` gave way to `org.apache.spark.api.java.Optional` in Spark "
                    "2.0: it does not compile",
                )
    if names.language == PYTHON:
        return
    if is_gone("2.0", app.spark) and file.streaming:
        for alias, full in names.imports.items():
            if full == "org.apache.spark.Logging":
                for node in names.tree.order:
                    if node.kind == "import" and (alias, full) in node.extra:
                        yield found(
                            file,
                            node,
                            "fault.gone",
                            full,
                            "private to Spark since 2.0: it does not compile",
                        )


def _old_function(names: Names, use: Use, given: Node) -> str:
    if use.name == "foreachRDD":
        if given.kind == NEW and re.match(r"Function2?<", given.text):
            return (
                "`Function` with `Void` gave way to `VoidFunction` in Spark 2.0: it does not "
                "compile"
            )
        if given.kind == LAMBDA and any(
            node.kind == RETURN
            and node.kids
            and node.kids[0].text == "null"
            and node.scope is given
            for node in given.walk()
        ):
            return "functions of `foreachRDD` return nothing since Spark 2.0: it does not compile"
        return ""
    function = names.as_function(given)
    if function is None:
        return ""
    words = "they return an `Iterator` since Spark 2.0, not an `Iterable`: it does not compile"
    if function.kind == FUNC and function.result.startswith("Iterable"):
        return words
    given_back = results(function)
    if function.kind == LAMBDA and function.kids and function.kids[-1].kind == BLOCK:
        given_back = [
            node.kids[0]
            for node in function.walk()
            if node.kind == RETURN and node.kids and node.scope is function
        ]
    if any(one.kind == CALL and dotted(one.kids[0]) == "Arrays.asList" for one in given_back):
        return words
    return ""


def python2(file: File, app: App) -> Iterator[Finding]:
    """Syntax of Python 2, once a file."""
    uses = file.uses(PYTHON2)
    if uses and file.streaming:
        yield found(
            file,
            uses[0].node,
            "fault.python2",
            "print",
            f"`print` without parentheses here{_more(len(uses))}: the file does not load",
        )


def tuple_params(file: File, app: App) -> Iterator[Finding]:
    """``lambda (k, v): ...``, which Python 3 does not read."""
    if file.names.language != PYTHON or file.uses(PYTHON2) or not file.streaming:
        return
    for node in file.names.tree.order:
        if node.kind in (LAMBDA, FUNC) and ("", PYTHON2) in node.extra:
            yield found(
                file,
                node,
                "fault.python2",
                "lambda" if node.kind == LAMBDA else node.text,
                "a tuple among parameters: the file does not load",
            )
            return


def _more(count: int) -> str:
    return f" and in {count - 1} more place{'s' * (count != 2)}" if count > 1 else ""
