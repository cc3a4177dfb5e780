"""What a file declares: imports, functions, classes, assigned names, and constants."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.assess.kinds import (
    CONNECTOR_OWNERS,
    KIND_OF_CLASS,
    MANY,
    SSC,
    STREAM,
    STREAMS,
)
from bench.assess.syntax import PYTHON
from bench.assess.syntax.tree import (
    ATTR,
    CALL,
    NAME,
    NEW,
    NUM,
    OP,
    STR,
    Node,
    Tree,
)


class Declared:
    """The declarations of one file, and what its constants are worth."""

    def __init__(self, tree: Tree, language: str) -> None:
        self.tree, self.language = tree, language
        self.imports: dict[str, str] = {}
        self.wild: list[str] = []
        self.functions: dict[str, list[Node]] = {}
        self.classes: dict[str, Node] = {}
        self.assigned: dict[tuple[int, str], list[Node]] = {}
        self._by_name: dict[str, list[Node]] = {}
        self._bound: set[tuple[int, str]] = set()

    @property
    def imported(self) -> Iterator[str]:
        """Full names of what is imported, ``.*`` included."""
        yield from self.imports.values()
        yield from self.wild

    def imports_of(self, *prefixes: str) -> bool:
        """Whether anything below one of these packages is imported."""
        return any(full.startswith(prefixes) for full in self.imported)

    def simple(self, text: str) -> str:
        """The class a dotted name means, without its package; empty for someone else's class."""
        if not text:
            return ""
        first, _, rest = text.partition(".")
        full = self.imports.get(first)
        if full is None:
            return text.rpartition(".")[2]
        full = f"{full}.{rest}" if rest else full
        last = full.rpartition(".")[2]
        ours = full.startswith(("pyspark", "org.apache.spark", "spark"))
        return last if ours or last in CONNECTOR_OWNERS or last not in KIND_OF_CLASS else ""

    def kind_of_type(self, text: str) -> str:
        """What a declared type stands for."""
        if not text:
            return ""
        head = re.split(r"[\[<]", text, maxsplit=1)[0].strip()
        kind = KIND_OF_CLASS.get(self.simple(head), "")
        if not kind and head != text:
            inner = re.split(r"[^\w.]+", text[len(head) :])
            kinds = {KIND_OF_CLASS.get(self.simple(one), "") for one in inner if one}
            if STREAM in kinds and MANY.match(head):
                return STREAMS
            if head.rpartition(".")[2] in ("Option", "Optional", "Some", "Function0", "Supplier"):
                return SSC if SSC in kinds else STREAM if STREAM in kinds else ""
        return kind

    def declaring(self, scope: Node | None, name: str) -> tuple[Node | None, bool]:
        """The nearest scope around that binds ``name``, and whether there is one."""
        for _ in range(60):
            if (id(scope), name) in self._bound:
                return scope, True
            if scope is None:
                break
            scope = scope.scope
        return None, False

    # --- constants ----------------------------------------------------------------------------

    def value_of(self, node: Node | None, most: int = 20) -> Node | None:
        """What a name was assigned, where that happens once; any other node as it is."""
        while node is not None and node.kind in (NAME, ATTR) and most:
            values: list[Node] = []
            if node.kind == NAME:
                scope, bound = self.declaring(node.scope, node.text)
                values = self.assigned.get((id(scope), node.text), []) if bound else []
                if not bound:
                    values = self._by_name.get(node.text, [])
            if (
                len(values) != 1
                or not values[0].text
                or not values[0].kids
                or values[0].extra[1] != "="
            ):
                return node
            node, most = values[0].kids[0], most - 1
        return node

    def number(self, node: Node | None, depth: int = 12) -> float | None:
        """The number a node is, over names and arithmetic."""
        node = self.value_of(node)
        if node is None or not depth:
            return None
        if node.kind == NUM:
            found: float | None = node.extra
            return found
        if node.kind == CALL and len(node.kids) == 2 and node.kids[0].text in _NUMBERS:
            return self.number(node.kids[1], depth - 1)
        if node.kind == OP and len(node.kids) == 2:
            left, right = (self.number(kid, depth - 1) for kid in node.kids)
            if left is None or right is None:
                return None
            if node.text in ("+", "-", "*"):
                return (
                    left + right
                    if node.text == "+"
                    else left - right
                    if node.text == "-"
                    else left * right
                )
            if node.text in ("/", "//") and right:
                return left / right
        return None

    def seconds(self, node: Node | None, depth: int = 12) -> float | None:
        """A duration: of numbers in Python, of ``Seconds(...)`` and its like elsewhere."""
        node = self.value_of(node)
        if node is None or not depth:
            return None
        if self.language == PYTHON:
            return self.number(node)
        if node.kind == OP and node.text == "*" and len(node.kids) == 2:
            one, times = self.seconds(node.kids[0], depth - 1), self.number(node.kids[1])
            return None if one is None or times is None else one * times
        if node.kind == NEW and self.simple(node.text) == "Duration" and node.kids:
            found = self.number(node.kids[0])
            return None if found is None else found / 1000
        if node.kind != CALL or len(node.kids) != 2:
            return None
        function = node.kids[0]
        if function.text == "apply" and function.kind == ATTR:
            function = function.kids[0]  # Seconds.apply(10), as Java has it
        unit = _UNITS.get(function.text.lower())
        found = self.number(node.kids[1])
        return None if unit is None or found is None else found * unit

    def string(self, node: Node | None) -> str | None:
        """The text a node is, over names."""
        node = self.value_of(node)
        return node.text if node is not None and node.kind == STR else None


_NUMBERS = frozenset({"int", "float", "Long", "Integer", "valueOf"})
_UNITS = {
    "seconds": 1.0,
    "minutes": 60.0,
    "milliseconds": 0.001,
    "duration": 0.001,
}
