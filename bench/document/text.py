"""Figures, cells and user strings as people read them; every view prints through here."""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from bench.plan.axes import AXES
from bench.units import decimals, format_duration

#: What people think of first; the other axes follow in the order of ``AXES``.
_FIRST = ("job", "sink", "trigger_s", "cores", "master", "executors", "equal")
_ORDER = (*_FIRST, *(axis.key for axis in AXES.values() if axis.key not in _FIRST))


def axis_order(axis: str) -> tuple[int, str]:
    """Sort key of an axis: the usual ones in the order people think of them, then by name."""
    return (_ORDER.index(axis) if axis in _ORDER else len(_ORDER), axis)


def cell_order(
    items: Iterable[tuple[str, str | int | float]],
) -> list[tuple[tuple[int, str], float, str]]:
    """Sort key of a cell's items: axis by axis, numbers by size and before text."""
    return [
        (axis_order(axis), math.inf, value)
        if isinstance(value, str)
        else (axis_order(axis), float(value), "")
        for axis, value in sorted(items, key=lambda item: axis_order(item[0]))
    ]


#: What stands where there is no figure.
NONE = "-"

_UNIT = re.compile(r"(\d)([a-z])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
# Anywhere: what starts code, emphasis, links, tables and mathematics; at the start: blocks.
_MARKDOWN = re.compile(r"([\\`*_\[\]|~$]|^[#+=-])")


def seconds(value: float | None) -> str:
    """Three significant digits in the unit that suits: ``8.52 ms``, ``124 ms``, ``1.24 s``."""
    if value is None:
        return NONE
    if abs(value) < 0.9995:
        return f"{_digits(value * 1e3)} ms"
    return f"{_digits(value)} s"


def quantity(value: float | None) -> str:
    """A rate or count with thousands apart and no false precision: ``1,000``, ``12.5``."""
    if value is None:
        return NONE
    return _digits(value) if abs(value) < 99.95 else f"{value:,.0f}"


def ratio(value: float | None, *, estimate: bool = False) -> str:
    """``0.62x``, with a tilde before it when it is an estimate."""
    if value is None:
        return NONE
    shown = f"{value:.{decimals(value)}f}x" if value < 99.5 else f"{value:,.0f}x"
    return ("~" if estimate else "") + shown


def bounds(low: float, high: float) -> str:
    """An interval of ratios, rounded outwards to as many digits as :func:`ratio` has."""
    # 0.58 is 57.999... hundredths in floating point and must stay 0.58.
    digits = decimals(high) if high < 99.5 else 0
    scale = 10**digits
    whole = math.floor(low * scale + 1e-9), math.ceil(high * scale - 1e-9)
    return "-".join(f"{n / scale:.{digits}f}" if digits else f"{n:,}" for n in whole)


def level(value: float) -> str:
    """A confidence level: ``95%``, ``97.5%``, ``99.17%``."""
    return f"{value * 100:.4g}%"


def duration(seconds: float) -> str:
    """A chosen duration as given, its unit apart: ``500 ms``, ``1 s``."""
    return _UNIT.sub(r"\1 \2", format_duration(seconds))


def age(seconds: float) -> str:
    """How old something is, in the unit in which people think: ``12 s``, ``3 min``, ``2 h``."""
    for unit, length in (("h", 3600), ("min", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{seconds:.0f} s"


def axis_value(axis: str, value: str | int | float) -> str:
    """One axis value in its unit, without the axis' name."""
    if isinstance(value, str):
        return plain(value)
    if axis == "trigger_s":
        return duration(float(value))
    if axis == "rate_per_s":
        return f"{quantity(float(value))}/s"
    if axis.endswith("_bytes"):
        return f"{value:,} B"
    return str(value) if isinstance(value, int) else f"{value:g}"


def axis_name(axis: str) -> str:
    """The axis as a heading: without the unit suffix and the ``conf.`` or ``param.`` prefix."""
    for prefix in ("conf.", "param."):
        if axis.startswith(prefix):
            return plain(axis.removeprefix(prefix))
    for unit in ("_per_s", "_s", "_bytes"):
        axis = axis.removesuffix(unit)
    return plain(axis.replace("_", " "))


def cell_text(cell: Mapping[str, str | int | float], axes: Sequence[str] | None = None) -> str:
    """A cell in a few words: ``trigger 1 s, 2 cores, 1,000 records/s``."""
    parts = []
    for axis in axes if axes is not None else sorted(cell, key=axis_order):
        value = axis_value(axis, cell[axis]) if axis in cell else NONE
        if axis == "cores":
            parts.append(f"{value} core" + ("" if value == "1" else "s"))
        elif axis == "rate_per_s":
            parts.append(value.replace("/s", " records/s"))
        else:
            parts.append(f"{axis_name(axis)} {value}")
    return ", ".join(parts) or "the only cell"


def when(unix_s: float) -> str:
    """A moment in UTC to the minute."""
    return datetime.fromtimestamp(unix_s, UTC).strftime("%Y-%m-%d %H:%M UTC")


def plain(text: str) -> str:
    """One line without control or direction characters, safe to print on a terminal."""
    return _CONTROL.sub(" ", text).strip()


def code_line(text: str) -> str:
    """One line of code, its indentation kept, safe to print on a terminal."""
    return _CONTROL.sub(" ", text.expandtabs(4))


def ascii_only(text: str) -> str:
    """For outputs that cannot take more than ASCII."""
    return text.encode("ascii", "replace").decode("ascii")


def markdown(text: str) -> str:
    """A user's string as literal text within Markdown, within a table as well."""
    return _literal(plain(text))


def code_spans(text: str) -> str:
    """The same, but what stands between backticks stays code."""
    pieces = plain(text).split("`")
    # A bar within code would still end a table's cell.
    if len(pieces) % 2 == 0 or any("|" in piece for piece in pieces[1::2]):
        return markdown(text)
    return "".join(f"`{p}`" if n % 2 else _literal(p) for n, p in enumerate(pieces))


def code_block(text: str, language: str = "") -> str:
    """A fenced block whose fence is longer than any run of backticks in ``text``."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    lines = "\n".join(map(code_line, text.split("\n")))
    return f"{fence}{language}\n{lines}\n{fence}"


def _literal(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", html.escape(text, quote=False))


def _digits(value: float) -> str:
    size = abs(value)
    return f"{value:.0f}" if size >= 99.95 else f"{value:.1f}" if size >= 9.995 else f"{value:.2f}"
