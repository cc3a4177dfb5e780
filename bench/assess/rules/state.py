"""Windows, state, and the machine they run on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.assess.findings import (
    File,
    Finding,
    has_receiver,
)
from bench.assess.kinds import SSC
from bench.assess.names import Names
from bench.assess.rules.base import MAKERS, App, found, leaves, results
from bench.assess.syntax import PYTHON
from bench.assess.syntax.tree import (
    ATTR,
    CALL,
    FUNC,
    LAMBDA,
    NAME,
    NEW,
    OP,
    OTHER,
    Node,
    dotted,
)
from bench.catalog.operations import CONTEXT, DSTREAM


def inverse(file: File, app: App) -> Iterator[Finding]:
    """``reduceByKeyAndWindow(add, add, ...)``."""
    for use in file.uses(DSTREAM, "reduceByKeyAndWindow", "reduceByWindow"):
        given = use.node.args
        if len(given) > 2 and _same_function(file.names, given[0], given[1]):
            yield found(
                file,
                given[1],
                "fault.inverse",
                use.name,
                "what leaves the window is added once more instead of taken away, so results grow "
                "without end (PySpark calls the inverse only from five slides a window on)",
            )


def _same_function(names: Names, one: Node, other: Node) -> bool:
    if one.kind in (NAME, ATTR) and other.kind in (NAME, ATTR):
        return dotted(one) != "" and dotted(one) == dotted(other) and dotted(one) != "None"
    return _shape(one) == _shape(other) and one.kind in (LAMBDA, OP, NEW)


def _shape(node: Node) -> list[tuple[str, str]]:
    """A function without the names that it gives its parameters."""
    places: dict[str, str] = {}
    shape = []
    for part in node.walk():
        if part.kind in (LAMBDA, FUNC):
            for name, _ in part.extra:
                places.setdefault(name, f"#{len(places)}")
        text = places.get(part.text, part.text) if part.kind == NAME else part.text
        shape.append((part.kind, text))
    return shape


def multiple(file: File, app: App) -> Iterator[Finding]:
    """A window of 15 s over batches of 10 s."""
    batch = file.batch_s()
    if not batch:
        return
    for window in file.windows:
        for name, value in (("window", window.length_s), ("slide", window.slide_s)):
            if value and abs(value / batch - round(value / batch)) > 1e-6:
                yield found(
                    file,
                    window.use.node,
                    "fault.multiple",
                    window.use.name,
                    f"a {name} of {value:g} s over batches of {batch:g} s: Spark refuses it where "
                    "the stream is defined",
                )
                break


def no_checkpoint(file: File, app: App) -> Iterator[Finding]:
    """State in a context that has no checkpoint directory."""
    needing = [*file.state, *(window.use for window in file.windows if window.inverse)]
    if not needing or _has_checkpoint(file):
        return
    elsewhere = any(_has_checkpoint(other) for other in app.files)
    made_here = bool(file.contexts)
    if elsewhere or not any(other.contexts for other in app.files):
        return
    use = min(needing, key=lambda one: (one.node.line, one.node.column))
    sure = made_here and not leaves(file, SSC)
    yield found(
        file,
        use.node,
        "fault.no-checkpoint",
        use.name,
        "the context refuses to start: it needs `checkpoint(folder)`"
        if sure
        else "a checkpoint directory is set elsewhere; without one the context refuses to start",
        sure=sure,
    )


def _has_checkpoint(file: File) -> bool:
    return bool(
        file.uses(CONTEXT, "checkpoint", *MAKERS)
        or file.strings("setCheckpointDir")
        or file.uses("setting", "spark.streaming.checkpoint.directory")
    )


def state_grows(file: File, app: App) -> Iterator[Finding]:
    """A state function that never lets a key go."""
    names = file.names
    for use in file.uses(DSTREAM, "updateStateByKey"):
        given = use.node.args
        function = names.as_function(given[0]) if given else None
        if function is not None and not _lets_go(names, function):
            yield found(
                file,
                use.node,
                "fault.state-grows",
                use.name,
                "keys are bounded: the function never returns nothing, so no key is ever let go, "
                "and each batch goes over all of them",
                sure=False,
            )
    if file.uses(DSTREAM, "mapWithState") and not file.uses("StateSpec", "timeout"):
        ends = any(
            node.kind == ATTR and node.text == "remove" and node.kids[0].value == ""
            for node in names.tree.order
        )
        if not ends:
            yield found(
                file,
                file.uses(DSTREAM, "mapWithState")[0].node,
                "fault.state-grows",
                "mapWithState",
                "keys are bounded: there is no timeout and no `remove()`, so no key is ever let go",
                sure=False,
            )


def _lets_go(names: Names, function: Node, depth: int = 6) -> bool:
    """Whether a state function may give nothing, or what it gives cannot be told."""
    if names.language != PYTHON:
        return any(_is_nothing(node) for node in function.walk())
    given_back = results(function)
    if not given_back:
        return True
    while given_back and depth:
        depth -= 1
        nested: list[Node] = []
        for node in given_back:
            if node.kind == NAME and node.text == "None":
                return True
            if node.kind == OTHER and node.text == "conditional_expression":
                nested += node.kids
            elif node.kind == CALL and node.kids[0].kind == NAME:
                local = names.functions.get(node.kids[0].text)
                if local:
                    nested += results(local[-1])
                    if not results(local[-1]):
                        return True
        given_back = nested
    return False


def _is_nothing(node: Node) -> bool:
    """``None``, ``Optional.absent()`` and their like, but where something is held against them."""
    if node.kind == CALL and node.kids[0].text in ("filter", "filterNot"):
        return True
    around = node.parent
    return (
        node.kind in (NAME, ATTR)
        and node.text in ("None", "absent", "empty", "Nil", "null")
        and not (around is not None and around.kind == OP and around.text in ("==", "!="))
    )


_LOCAL = re.compile(r"^local(?:\[\s*(\d+)\s*(?:,.*)?\])?$")


def no_core(file: File, app: App) -> Iterator[Finding]:
    """``local`` or ``local[1]`` with a receiver."""
    masters = file.masters
    receivers = [use for use in file.sources if has_receiver(use)]
    if len(masters) != 1 or not receivers:
        return
    match = _LOCAL.match(masters[0])
    cores = int(match.group(1) or 1) if match else None
    if cores is not None and cores <= len(receivers):
        yield found(
            file,
            receivers[0].node,
            "fault.no-core",
            receivers[0].name,
            f"`{masters[0]}` gives {cores} core{'s' * (cores != 1)}, and "
            f"{len(receivers)} receiver{'s hold' if len(receivers) != 1 else ' holds'} "
            "them for good: no batch is ever processed",
            sure=len(file.contexts) < 2,
        )


_MASTER = re.compile(
    r"(local(\[.*\])?|local-cluster\[.*\]|(spark|mesos|zk|k8s)://.*|yarn(-client|-cluster)?)$"
)


def master(file: File, app: App) -> Iterator[Finding]:
    """A master that can be none, such as ``localhost[2]``."""
    if not file.contexts:
        return
    for name in file.masters:
        if not _MASTER.match(name) and re.match(r"(local|yarn|spark|\w+\[)", name):
            yield found(
                file,
                file.contexts[0].node,
                "fault.master",
                name,
                f"`{name}` is no master, so Spark refuses to start",
            )


def local_checkpoint(file: File, app: App) -> Iterator[Finding]:
    """``file:/tmp/x`` with ``spark://``."""
    masters = file.masters
    if not masters or not all(m.startswith(("spark:", "yarn", "mesos:", "k8s:")) for m in masters):
        return
    for use in file.uses(CONTEXT, "checkpoint", *MAKERS):
        path = file.names.string(use.node.argument(0))
        if path is None:
            continue
        if path.startswith("file:"):
            yield found(
                file,
                use.node,
                "fault.local-checkpoint",
                use.name,
                f"`{path}` is another folder on every machine: what one executor writes no other "
                "finds, nor a driver that starts elsewhere",
            )
        elif "://" not in path and not path.startswith("hdfs:"):
            yield found(
                file,
                use.node,
                "fault.local-checkpoint",
                use.name,
                f"the default file system behind `{path}` is a shared one",
                sure=False,
            )
