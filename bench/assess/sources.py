"""The files of an application: what can be read, and what is skipped and why."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.assess.syntax import JAVA, PYTHON, SCALA
from bench.errors import UsageError

SETTINGS = "settings"
_SUFFIXES = {
    ".py": PYTHON,
    ".scala": SCALA,
    ".sc": SCALA,
    ".java": JAVA,
    ".ipynb": "notebook",
    ".properties": SETTINGS,
    ".conf": SETTINGS,
    ".sh": SETTINGS,
    ".yaml": SETTINGS,
    ".yml": SETTINGS,
}
#: A source larger than this was made by a program.
MOST_BYTES = 4_000_000
MOST_FILES = 20_000
_LEFT_OUT = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "target"})
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_MAGIC = re.compile(r"^\s*(%|!|\?)")
#: How notebooks name their languages.
_KERNELS = (
    ("python", PYTHON),
    ("pyspark", PYTHON),
    ("scala", SCALA),
    ("toree", SCALA),
    ("spylon", SCALA),
    ("java", JAVA),
)


@dataclass(frozen=True)
class Source:
    """A file's text; ``cells`` maps lines of a notebook's text to cell and line within it."""

    path: str
    language: str
    text: str
    cells: tuple[tuple[int, int], ...] = ()

    def place(self, line: int) -> str:
        """``line`` as people find it."""
        if not self.cells:
            return str(line)
        cell, within = self.cells[min(line, len(self.cells)) - 1]
        return f"cell {cell}, line {within}"


@dataclass(frozen=True)
class Skipped:
    """A file that is not assessed, and why."""

    path: str
    reason: str


@dataclass
class Found:
    """What lies at the paths that were given."""

    sources: list[Source] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)


def find(paths: Sequence[Path]) -> Found:
    """Read every file of a known kind at or below ``paths``, in the order of their names.

    Raises :class:`UsageError` for a path that is not there, and where nothing of a known kind is.
    """
    found, seen = Found(), set()
    for path in paths:
        if not path.exists():
            raise UsageError(
                f"{path}: there is no such file or folder; give the application's sources"
            )
        for file in _files(path, found):
            try:
                identity = file.resolve()
            except (OSError, RuntimeError):
                found.skipped.append(Skipped(str(file), "a link that leads in a circle"))
                continue
            if identity in seen:
                continue
            seen.add(identity)
            if len(seen) > MOST_FILES:
                found.skipped.append(
                    Skipped(
                        str(path), f"more than {MOST_FILES:,} files; give the folders that count"
                    )
                )
                return found
            _read(file, found)
    if not found.sources and not found.skipped:
        kinds = ", ".join(_SUFFIXES)
        raise UsageError(
            f"{', '.join(map(str, paths))}: nothing to read there; assess reads {kinds}"
        )
    return found


def _files(path: Path, found: Found) -> Iterator[Path]:
    if path.is_file():
        if path.suffix.lower() not in _SUFFIXES:
            raise UsageError(
                f"{path}: not a kind of file that assess reads; it reads {', '.join(_SUFFIXES)}"
            )
        yield path
        return

    def refused(error: OSError) -> None:
        found.skipped.append(Skipped(str(error.filename), error.strerror or "cannot be read"))

    for folder, folders, names in os.walk(path, onerror=refused):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _LEFT_OUT
            and not os.path.islink(os.path.join(folder, name))
        )
        for name in sorted(names):
            if os.path.splitext(name)[1].lower() in _SUFFIXES:
                yield Path(folder, name)


def _read(file: Path, found: Found) -> None:
    def skip(reason: str) -> None:
        found.skipped.append(Skipped(str(file), reason))

    kind = _SUFFIXES[file.suffix.lower()]
    try:
        if not file.is_file():
            return skip("not a plain file" if file.exists() else "a link that leads nowhere")
        size = file.stat().st_size
        if size > MOST_BYTES:
            return skip(f"{size:,} bytes, more than the {MOST_BYTES:,} that are read")
        data = file.read_bytes()
    except OSError as error:
        return skip(error.strerror or "cannot be read")
    if b"\0" in data[:100_000]:
        return skip("binary, or not in an encoding based on ASCII")
    if kind == "notebook":
        return _notebook(file, data, found)
    found.sources.append(Source(str(file), kind, _text(data)))


def _text(data: bytes) -> str:
    """The text, in the encoding it names, else UTF-8, else byte by byte."""
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    names = [m.group(1).decode() for line in data.split(b"\n", 2)[:2] if (m := _CODING.match(line))]
    for name in (*names, "utf-8", "latin-1"):
        try:
            return data.decode(name).replace("\r\n", "\n").replace("\r", "\n")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("latin-1")


def _notebook(file: Path, data: bytes, found: Found) -> None:
    """The code cells as one text; formats 3 and 4, and older ones with worksheets."""
    try:
        book = json.loads(data)
        cells = book["cells"] if "cells" in book else book["worksheets"][0]["cells"]
        pieces = [_code(cell) for cell in cells if cell.get("cell_type") == "code"]
        language = _language(book, cells)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        found.skipped.append(Skipped(str(file), "not a notebook that can be read"))
        return
    if language is None:
        found.skipped.append(Skipped(str(file), "a notebook in another language"))
        return
    lines: list[str] = []
    places: list[tuple[int, int]] = []
    for number, piece in enumerate(pieces, 1):
        for within, line in enumerate(piece.split("\n"), 1):
            lines.append("" if _MAGIC.match(line) else line)
            places.append((number, within))
    found.sources.append(Source(str(file), language, "\n".join(lines), tuple(places)))


def _code(cell: Any) -> str:
    code = cell.get("source", cell.get("input", ""))
    return code if isinstance(code, str) else "".join(map(str, code))


def _language(book: Any, cells: Any) -> str | None:
    told = book.get("metadata") or {}
    names = [
        (told.get("language_info") or {}).get("name"),
        (told.get("kernelspec") or {}).get("language"),
        (told.get("kernelspec") or {}).get("name"),
        *(cell.get("language") for cell in cells[:1]),
    ]
    for name in names:
        for word, language in _KERNELS:
            if isinstance(name, str) and word in name.lower() and "javascript" not in name.lower():
                return language
    return PYTHON if not any(names) else None
