"""One side of a pair, read from its source as text.  Pure."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from textwrap import dedent
from typing import Any

from bench.catalog.notes import Notes, read_notes

#: What the parsers of Scala and Java call a method with a body.
_METHODS = ("function_definition", "method_declaration")

#: Lines that say nothing about either API.
_NOISE = ("from __future__ import", "from collections.abc import", "from typing import")


@dataclass(frozen=True)
class Side:
    """``path`` is where the source stands, for people; ``code`` what is shown of it, line by line.

    ``constants`` are what the module declares beside ``build`` (``INPUTS``, ``PATHS``, ...), as far
    as they are literals.  ``scala`` is the same side in Scala, with its own path; empty without.
    """

    path: str
    code: tuple[str, ...]
    notes: Notes
    constants: Mapping[str, Any] = field(default_factory=dict)
    scala: tuple[str, ...] = ()
    scala_path: str = ""


def side_of(path: str, source: str) -> Side:
    """A job module; raises ``SyntaxError`` where it is no Python."""
    tree = ast.parse(source, path)
    lines = source.splitlines()
    first = tree.body[0].end_lineno if tree.body and _is_text(tree.body[0]) else 0
    kept = [line for line in lines[first or 0 :] if not line.startswith(_NOISE)]
    return Side(path, _tidy(kept), read_notes(ast.get_docstring(tree)), _constants(tree))


def scala_code(source: str) -> tuple[str, ...]:
    """What is shown of a job in Scala: all but its package, which is ours."""
    return _tidy([line for line in source.splitlines() if not line.startswith("package ")])


def function_side(path: str, source: str, names: Sequence[str]) -> Side:
    """Functions of a module that holds both sides, each with the comments above it.

    The first of ``names`` is the one whose docstring has the notes; of the others those are taken
    that are there.  Raises ``SyntaxError`` where it is no Python, and ``KeyError`` without a first.
    """
    tree = ast.parse(source, path)
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    first = functions[names[0]]
    code: list[str] = []
    for name in names:
        if name in functions:
            code += ["", *_lines_of(functions[name], source.splitlines())]
    return Side(path, _tidy(code), read_notes(ast.get_docstring(first)), _constants(tree))


def method_side(path: str, source: str, language: str, names: Sequence[str]) -> Side:
    """The same of methods of a class or object in Scala or Java; notes stand in the comment above.

    Raises ``KeyError`` without the first of ``names``.
    """
    methods = _methods(source.encode(), language)
    lines = source.splitlines()
    code: list[str] = []
    for name in names:
        if name in methods:
            first, last = methods[name]
            code += ["", *dedent("\n".join(lines[first : last + 1])).splitlines()]
    notes = read_notes(_comment_above(lines, methods[names[0]][0]))
    return Side(path, _tidy(code), notes)


def _methods(source: bytes, language: str) -> dict[str, tuple[int, int]]:
    """Name of each method to its first and last line, from 0; of several of a name the first."""
    import tree_sitter

    grammar = import_module(f"tree_sitter_{language}").language()
    root = tree_sitter.Parser(tree_sitter.Language(grammar)).parse(source).root_node
    found: dict[str, tuple[int, int]] = {}
    left = [root]
    while left:
        node = left.pop()
        name = node.child_by_field_name("name")
        if node.type in _METHODS and name is not None and name.text is not None:
            found.setdefault(name.text.decode(), (node.start_point[0], _last_line(node)))
        left += reversed(node.children)
    return found


def _last_line(node: Any) -> int:
    """Where the last token stands: a block by indentation reaches to whatever follows it."""
    last, left = 0, [node]
    while left:
        one = left.pop()
        left += one.children
        if not one.children and "comment" not in one.type and one.start_byte < one.end_byte:
            last = max(last, one.end_point[0])
    return int(last)


def _comment_above(lines: Sequence[str], first: int) -> str:
    """The text of a documentation comment right above a line, ``""`` for none."""
    last = first
    while last and lines[last - 1].strip().startswith("@"):
        last -= 1
    if not last or not lines[last - 1].rstrip().endswith("*/"):
        return ""
    start = last - 1
    while start and not lines[start].lstrip().startswith("/**"):
        start -= 1
    text = "\n".join(lines[start:last]).strip().removeprefix("/**").removesuffix("*/")
    return "\n".join(line.strip().removeprefix("*").strip() for line in text.splitlines())


def _lines_of(node: ast.FunctionDef, lines: list[str]) -> list[str]:
    """A function without its docstring, which is shown as notes."""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    code = lines[first : node.end_lineno]
    if ast.get_docstring(node) is not None and len(node.body) > 1:
        text = node.body[0]
        before, after = text.lineno - 1 - first, (text.end_lineno or text.lineno) - first
        code = [*code[:before], *code[after:]]
    return code


def _constants(tree: ast.Module) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if isinstance(node, ast.AnnAssign):
            targets = [node.target]
        for target in targets:
            if isinstance(target, ast.Name) and target.id.isupper():
                try:
                    found[target.id] = ast.literal_eval(getattr(node, "value"))  # noqa: B009
                except (ValueError, TypeError):
                    continue
    return found


def _is_text(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _tidy(lines: list[str]) -> tuple[str, ...]:
    """Without blank lines at either end, and without two in a row at the top level's will."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1]):
            kept.append(line.rstrip())
    while kept and not kept[-1]:
        kept.pop()
    return tuple(kept)
