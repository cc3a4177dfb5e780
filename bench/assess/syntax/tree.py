"""One small syntax tree for three languages, made from tree-sitter's without any recursion.

A source may be nested as deep as its author likes, or a fuzzer; nothing here or in what reads the
tree calls itself for a child.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

#: Kinds of nodes.  ``OTHER`` is whatever has no meaning of its own here; its kids count.
NAME, ATTR, CALL, NEW, LAMBDA, FUNC, CLASS = (
    "name",
    "attr",
    "call",
    "new",
    "lambda",
    "func",
    "class",
)
ASSIGN, RETURN, STR, NUM, IMPORT, OP, BLOCK = (
    "assign",
    "return",
    "str",
    "num",
    "import",
    "op",
    "block",
)
SEQ, INDEX, CAST, TYPE, CASES, OTHER = "seq", "index", "cast", "type", "cases", "other"
#: The text of an :data:`INDEX` that is an argument spread out, ``*streams``.
STAR = "*"
#: Parts of other nodes that never stand in a finished tree.
ARGS, KEYWORD, PARAMS, PARAM = "args", "keyword", "params", "param"

SCOPES = frozenset({LAMBDA, FUNC, CLASS})


class Node:
    """A piece of source.

    ``text`` is the name of what has one: identifier, attribute, function, class, assigned target
    (dotted), operator, value of a string.  Of a call the first kid is what is called, the others
    are arguments, whose ``names`` are empty for those by position.  ``extra`` depends on the kind:
    parameters of a function (pairs of name and type), bases of a class, the declared type of an
    assignment, the value of a number, pairs of alias and full name of an import.
    """

    __slots__ = (
        "column",
        "end",
        "extra",
        "kids",
        "kind",
        "line",
        "names",
        "parent",
        "result",
        "scope",
        "start",
        "text",
        "value",
    )

    def __init__(
        self,
        kind: str,
        text: str = "",
        kids: list[Node] | None = None,
        extra: Any = None,
        names: tuple[str, ...] = (),
    ) -> None:
        self.kind, self.text, self.extra, self.names = kind, text, extra, names
        self.kids: list[Node] = [] if kids is None else kids
        self.line = self.column = self.start = self.end = 0
        self.parent: Node | None = None
        #: The function, lambda or class around it; ``None`` at the top of the file.
        self.scope: Node | None = None
        #: What it stands for (:mod:`bench.assess.names`), empty while that is not known.
        self.value = ""
        #: Declared type of what a function returns.
        self.result = ""

    @property
    def args(self) -> list[Node]:
        """Arguments of a call or of a ``new``."""
        return self.kids[1:] if self.kind == CALL else self.kids

    def argument(self, position: int, *names: str) -> Node | None:
        """An argument by position, or by one of its names."""
        found = self.args
        for one, name in zip(found, self.names, strict=False):
            if name in names and name:
                return one
        if position < len(found) and not (position < len(self.names) and self.names[position]):
            return found[position]
        return None

    def walk(self) -> Iterator[Node]:
        """This node and all below it, in the order of the source."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.kids))

    def around(self, most: int = 200) -> Iterator[Node]:
        """The nodes around it, the nearest first."""
        node = self.parent
        while node is not None and most:
            yield node
            node, most = node.parent, most - 1


class Frame:
    """A node of tree-sitter whose children have been read."""

    __slots__ = ("fields", "kids", "raw", "source", "text", "type")

    def __init__(self, raw: Any, source: bytes) -> None:
        self.raw, self.type, self.source = raw, raw.type, source
        self.kids: list[Node] = []
        self.fields: list[str | None] = []
        self.text = ""

    def add(self, node: Node | None, field: str | None) -> None:
        """One more child; ``None`` was left out."""
        if node is not None:
            self.kids.append(node)
            self.fields.append(field)

    def get(self, field: str) -> Node | None:
        """The first child of that field."""
        return self.kids[self.fields.index(field)] if field in self.fields else None

    def all(self, field: str | None) -> list[Node]:
        """All children of that field."""
        return [kid for kid, name in zip(self.kids, self.fields, strict=True) if name == field]


#: Makes a node from a frame; ``None`` leaves it out.
Handler = Callable[[Frame], Node | None]


class Tree:
    """A parsed file: the root, all nodes with children before parents, and what was not read."""

    def __init__(self, root: Node, bad_bytes: int, bad_lines: list[int]) -> None:
        self.root, self.bad_bytes, self.bad_lines = root, bad_bytes, bad_lines
        self.order: list[Node] = []
        stack = [root]
        while stack:
            node = stack.pop()
            self.order.append(node)
            inner = node if node.kind in SCOPES else node.scope
            for kid in node.kids:
                kid.parent, kid.scope = node, inner
                stack.append(kid)
        self.order.reverse()


def read(source: bytes, language: Any, handlers: Mapping[str, Handler]) -> Tree:
    """Parse ``source``.

    :param language: a capsule of a grammar (``tree_sitter_python.language()``).
    :param handlers: what to make of each type of node; others pass on their only child, or become
        :data:`OTHER` around several.
    """
    from tree_sitter import Language, Parser

    cursor: Any = Parser(Language(language)).parse(source).walk()
    stack = [(Frame(cursor.node, source), None)]
    bad, lines = 0, []
    below = cursor.goto_first_child()
    while below:
        raw, field = cursor.node, cursor.field_name
        if raw.is_named or field is not None:
            if raw.is_error:
                bad += raw.end_byte - raw.start_byte
                lines.append(raw.start_point[0] + 1)
            if cursor.goto_first_child():
                stack.append((Frame(raw, source), field))
                continue
            if raw.type in handlers:  # other leaves say nothing
                stack[-1][0].add(_close(Frame(raw, source), handlers), field)
        while not cursor.goto_next_sibling():
            cursor.goto_parent()
            if len(stack) == 1:
                below = False
                break
            frame, field = stack.pop()
            stack[-1][0].add(_close(frame, handlers), field)
    return Tree(_close(stack[0][0], handlers) or Node(BLOCK), bad, lines)


def _close(frame: Frame, handlers: Mapping[str, Handler]) -> Node | None:
    raw, handler = frame.raw, handlers.get(frame.type)
    if handler is not None:
        if not frame.kids:
            frame.text = frame.source[raw.start_byte : raw.end_byte].decode("utf-8", "replace")
        node = handler(frame)
    elif len(frame.kids) < 2:
        return frame.kids[0] if frame.kids else None
    else:
        node = Node(OTHER, frame.type, frame.kids)
    if node is None or node.end:
        return node
    node.start, node.end = raw.start_byte, raw.end_byte
    if node.kind == CALL and node.kids[0].kind == ATTR:
        node.line, node.column = node.kids[0].line, node.kids[0].column
    elif node.kind == ATTR:
        # In a chain over several lines, where the method's own name stands.
        line, column = raw.end_point
        node.line, node.column = line + 1, column - len(node.text) + 1
    else:
        line, column = raw.start_point
        node.line, node.column = line + 1, column + 1
    return node


# --- handlers that languages share ----------------------------------------------------------------


def name(frame: Frame) -> Node:
    """An identifier."""
    return Node(NAME, frame.text)


def skip(frame: Frame) -> None:
    """Nothing: a comment, a modifier."""
    return None


def block(frame: Frame) -> Node:
    """Statements in a row."""
    return Node(BLOCK, "", frame.kids)


def sequence(frame: Frame) -> Node:
    """A list, tuple or comprehension."""
    return Node(SEQ, frame.type, frame.kids)


def number(frame: Frame) -> Node:
    """A number; one that cannot be read has no value."""
    text = frame.text.replace("_", "").rstrip("lLfFdD")
    try:
        value: float | None = (
            float(int(text, 0)) if text.isdigit() or text[:2].lower() == "0x" else float(text)
        )
    except ValueError:
        value = None
    return Node(NUM, frame.text, extra=value)


def operation(frame: Frame) -> Node:
    """A binary or unary operation; no handler keeps its operator."""
    kids = [kid for kid, field in zip(frame.kids, frame.fields, strict=True) if field != "operator"]
    sign = frame.raw.child_by_field_name("operator")
    return Node(OP, "" if sign is None else sign.type, kids)


def arguments(frame: Frame) -> Node:
    """The arguments of a call, keywords apart from their values."""
    values, names = [], []
    for kid in frame.kids:
        if kid.kind == KEYWORD:
            values.append(kid.kids[0])
            names.append(kid.text)
        else:
            values.append(kid)
            names.append("")
    return Node(ARGS, "", values, names=tuple(names))


def called(function: Node, given: Node | None) -> Node:
    """A call of ``function`` with the :data:`ARGS` of ``given``, or with that one argument."""
    if given is None:
        return Node(CALL, "", [function])
    if given.kind == ARGS:
        return Node(CALL, "", [function, *given.kids], names=given.names)
    return Node(CALL, "", [function, given], names=("",))


def dotted(node: Node | None, most: int = 12) -> str:
    """``a.b.c`` of names and attributes, empty for anything else."""
    parts = []
    while node is not None and node.kind == ATTR and node.kids and most:
        parts.append(node.text)
        node, most = node.kids[0], most - 1
    if node is None or node.kind not in (NAME, TYPE):
        return ""
    return ".".join([node.text, *reversed(parts)])
