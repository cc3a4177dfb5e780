"""Python, Scala and Java as one small syntax tree (:mod:`bench.assess.syntax.tree`).

The parsers are tree-sitter's, imported when the first file is parsed.
"""

from __future__ import annotations

from importlib import import_module

from bench.assess.syntax.tree import Tree, read
from bench.errors import EnvironmentProblem

PYTHON, SCALA, JAVA = "python", "scala", "java"
LANGUAGES = (PYTHON, SCALA, JAVA)


def parse(source: str, language: str) -> Tree:
    """The tree of ``source``; what cannot be parsed is left out and counted.

    Raises :class:`EnvironmentProblem` where the parser of the language is missing.
    """
    try:
        grammar = import_module(f"tree_sitter_{language}").language()
        import_module("tree_sitter")
    except ImportError:
        raise EnvironmentProblem(
            f"assess reads {language.capitalize()} with tree-sitter-{language}, which is missing; "
            f"install it with `pip install tree-sitter tree-sitter-{language}`"
        ) from None
    handlers = import_module(f"bench.assess.syntax.{language}").HANDLERS
    return read(source.encode("utf-8", "replace"), grammar, handlers)
