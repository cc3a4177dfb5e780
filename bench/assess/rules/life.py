"""The life of a context: what is defined when, what is used, what starts and stops."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from bench.assess.findings import (
    File,
    Finding,
    is_source,
)
from bench.assess.kinds import OUTPUTS, SSC, STREAM, STREAMS, TABLE, UNKNOWN
from bench.assess.names import Names
from bench.assess.rules.base import MAKERS, App, found, leaves
from bench.assess.syntax import PYTHON, SCALA
from bench.assess.syntax.tree import (
    ASSIGN,
    ATTR,
    BLOCK,
    CALL,
    CLASS,
    FUNC,
    NAME,
    OTHER,
    RETURN,
    Node,
    dotted,
)
from bench.catalog.operations import CONTEXT, DSTREAM

#: What gives back the stream itself, or no stream at all.
_SAME = frozenset({"cache", "persist", "checkpoint", "context", "ssc", "dstream"})


def no_output(file: File, app: App) -> Iterator[Finding]:
    """Streams, a start, and nothing that is written."""
    starts = file.uses(CONTEXT, "start")
    streams = [use for use in file.names.uses if use.owner == DSTREAM or is_source(use)]
    if not (starts and file.contexts and streams):
        return
    if any(use.name in OUTPUTS or use.owner == UNKNOWN for use in file.names.uses):
        return
    if leaves(file, STREAM) or leaves(file, SSC) or leaves(file, STREAMS):
        return
    if app.anywhere(DSTREAM, *OUTPUTS) and len(app.files) > 1 and _calls_others(file):
        return
    yield found(
        file,
        starts[0].node,
        "fault.no-output",
        "start",
        "nothing is written anywhere, so the context refuses to start: no output operations "
        "registered",
    )


def _calls_others(file: File) -> bool:
    names = file.names
    return any(
        node.kind == CALL
        and any(one.value in (SSC, STREAM, STREAMS) for one in node.args)
        and node.kids[0].text not in names.functions
        and node.kids[0].text in names.shared.functions
        for node in names.tree.order
    )


def never_started(file: File, app: App) -> Iterator[Finding]:
    """A context with outputs that nothing starts."""
    outputs = any(use.name in OUTPUTS for use in file.names.uses)
    if not (file.contexts and outputs) or file.source.cells:
        return
    if any(node.kind == ATTR and node.text == "start" for node in _nodes(app)):
        return
    yield found(
        file,
        file.contexts[0].node,
        "fault.never-started",
        "start",
        "it is started elsewhere: nothing that was read starts it",
        sure=False,
    )


def no_wait(file: File, app: App) -> Iterator[Finding]:
    """A program that starts a context and runs on to its end."""
    starts = file.uses(CONTEXT, "start")
    if not (file.contexts and starts) or file.source.cells or leaves(file, SSC):
        return
    for node in _nodes(app):
        if node.kind == RETURN and node.kids and node.kids[0].value == SSC:
            return  # whoever called may wait
        if node.kind in (NAME, ATTR) and node.text in _WAITS:
            return
        if node.kind == OTHER and node.text.startswith("while"):
            return
    yield found(
        file,
        starts[-1].node,
        "fault.no-wait",
        "start",
        "something keeps the program alive: nothing here waits, and a program that ends takes its "
        "context with it",
        sure=False,
    )


_WAITS = frozenset(
    {
        "awaitTermination",
        "awaitTerminationOrTimeout",
        "sleep",
        "join",
        "wait",
        "await",
        "input",
        "readLine",
        "eventually",
    }
)


def _nodes(app: App) -> Iterator[Node]:
    for file in app.files:
        yield from file.names.tree.order


def after_start(file: File, app: App) -> Iterator[Finding]:
    """Streams defined below ``start()``, in the same function."""
    starts: dict[int, Node] = {}
    for use in file.uses(CONTEXT, "start"):
        starts.setdefault(id(use.node.scope), use.node)
    renewals: dict[int, list[int]] = {}
    for use in (*file.contexts, *file.uses(CONTEXT, *MAKERS, "stop")):
        renewals.setdefault(id(use.node.scope), []).append(use.node.start)
    for places in renewals.values():
        places.sort()
    for use in file.names.uses:
        begun = starts.get(id(use.node.scope))
        if begun is None or use.node.start <= begun.start:
            continue
        if use.owner not in (DSTREAM, CONTEXT) and not is_source(use):
            continue
        if use.owner == CONTEXT and not is_source(use):
            continue
        if use.owner == DSTREAM and use.name in _SAME | {"commitAsync", "slice", "compute"}:
            continue
        anew = renewals.get(id(use.node.scope), [])
        after = bisect_right(anew, begun.start)
        renewed = after < len(anew) and anew[after] < use.node.start
        if renewed or not _same_branch(begun, use.node):
            continue
        yield found(
            file,
            use.node,
            "fault.after-start",
            use.name,
            f"the context was started in line {begun.line}; adding to it afterwards fails",
        )


def _same_branch(one: Node, other: Node) -> bool:
    """Whether the block of ``one`` holds ``other`` as well: no other branch, no ``finally``."""
    block = next((node for node in one.around() if node.kind == BLOCK), None)
    return block is None or any(node is block for node in other.around(2000))


def second_context(file: File, app: App) -> Iterator[Finding]:
    """Two starts in one function, of two contexts, without a stop between."""
    made = {}
    for use in file.contexts:
        around = use.node.parent
        if around is not None and around.kind == ASSIGN and around.text:
            made[around.text] = use.node
    begun: dict[tuple[int, str], Node] = {}
    running: dict[int, str] = {}
    stopped: dict[tuple[int, str], Node] = {}
    for use in file.uses(CONTEXT, "start", "stop"):
        target = dotted(_receiver(use.node))
        scope = id(use.node.scope)
        if not target:
            continue
        if use.name == "stop":
            stopped[scope, target] = use.node
            if running.get(scope) == target:
                del running[scope]
            continue
        before = stopped.get((scope, target))
        fresh = made.get(target)
        again = fresh is None or (before is not None and fresh.start < before.start)
        if before is not None and again and _same_branch(before, use.node):
            yield found(
                file,
                use.node,
                "fault.restart",
                "start",
                f"it was stopped in line {before.line}, and a stopped context cannot be started",
            )
            continue
        other = running.get(scope)
        if other and other != target and {other, target} <= set(made):
            first = begun[scope, other]
            if _same_branch(first, use.node):
                yield found(
                    file,
                    use.node,
                    "fault.second-context",
                    "start",
                    f"`{other}` was started in line {first.line}, and one JVM runs one context",
                )
        running[scope] = target
        begun[scope, target] = use.node


def _receiver(node: Node) -> Node | None:
    function = node.kids[0] if node.kind == CALL else node
    return function.kids[0] if function.kind == ATTR else None


def outside_create(file: File, app: App) -> Iterator[Finding]:
    """Streams beside the function of ``getOrCreate``: they are not those of the checkpoint."""
    names = file.names
    beside: dict[int, list[tuple[Node, str]]] = {}
    makers = set()
    for use in file.sources:
        beside.setdefault(id(use.node.scope), []).append((use.node, use.name))
        makers |= {around.text for around in use.node.around() if around.kind == FUNC}
    for node in names.tree.order:
        # A function of the file that is handed the context and makes streams.
        if node.kind == CALL and node.kids[0].text in makers and _is_given(node, SSC):
            beside.setdefault(id(node.scope), []).append((node, node.kids[0].text))
    for places in beside.values():
        places.sort(key=lambda place: place[0].end)
    for use in file.uses(CONTEXT, *MAKERS):
        given = use.node.argument(1, "setupFunc", "creatingFunc")
        function = None if given is None else names.as_function(given)
        near = beside.get(id(use.node.scope), [])
        first = bisect_right(near, use.node.end, key=lambda place: place[0].end)
        for node, name in near[first : first + 50]:
            if function is not None and any(one is function for one in node.around()):
                continue
            yield found(
                file,
                node,
                "fault.outside-create",
                name,
                f"a context that comes back from its checkpoint (line {use.node.line}) brings its "
                "own streams, and refuses these: it works until the first restart",
            )
            break


def _is_given(node: Node, kind: str) -> bool:
    return any(one.value == kind for one in node.args)


def not_called(file: File, app: App) -> Iterator[Finding]:
    """``ssc.start`` without ``()`` in Python."""
    if file.names.language != PYTHON:
        return
    for node in file.names.tree.order:
        if node.kind == ATTR and node.kids[0].value in (SSC, STREAM):
            around = node.parent
            if around is None or around.kind != BLOCK or node.text in ("sparkContext",):
                continue
            owner = CONTEXT if node.kids[0].value == SSC else DSTREAM
            if (owner, node.text) in TABLE:
                yield found(
                    file, node, "fault.not-called", node.text, "without `()` nothing happens"
                )


def unused(file: File, app: App) -> Iterator[Finding]:
    """Streams that are made and dropped, or kept under a name that nothing reads."""
    names = file.names
    whole = bool(file.contexts) and _writes(file)
    for use in names.uses:
        if use.owner == DSTREAM:
            if use.name in OUTPUTS or use.name in _SAME or use.node.value != STREAM:
                continue
        elif not is_source(use):
            continue
        around = use.node.parent
        if around is None:
            continue
        if around.kind == BLOCK and _dropped(use.node, around, names.language):
            yield found(
                file,
                use.node,
                "fault.unused",
                use.name,
                "its result is dropped: a DStream never changes, it makes a new one, and without "
                "an output operation that one is never computed",
            )
        elif around.kind == CALL and around.kids[0].text in ("print", "println"):
            yield found(
                file,
                use.node,
                "fault.unused",
                use.name,
                "this prints the object and not what comes in the stream, which is never computed",
            )
        elif whole and _local(around) and not _read(names, around):
            yield found(
                file,
                around,
                "fault.unused",
                around.text,
                f"`{around.text}` is needed: nothing here reads it, so it is never computed",
                sure=False,
            )


def _local(node: Node) -> bool:
    """Whether it gives a value to a name that no other file can see."""
    named = node.kind == ASSIGN and node.text and "." not in node.text
    return bool(named) and (node.scope is None or node.scope.kind == FUNC)


def _writes(file: File) -> bool:
    """Whether there is any output; where there is none, that is another finding."""
    return any(use.name in OUTPUTS or use.owner == UNKNOWN for use in file.names.uses)


def _dropped(node: Node, block: Node, language: str) -> bool:
    if language != SCALA or block.kids[-1] is not node:
        return True
    scope = block.scope
    if scope is None or scope.kind == CLASS:
        return True
    inner = scope.kids[-1] is block if scope.kids else False
    return inner and scope.kind == FUNC and scope.result == "Unit"


def _read(names: Names, assigned: Node) -> bool:
    """Whether anything reads the name that is assigned there."""
    return assigned.text in names.read
