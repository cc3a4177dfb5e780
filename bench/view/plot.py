"""A small plot in text: filled braille dots, two values a character."""

from __future__ import annotations

from collections.abc import Sequence

#: Dots of a braille character from the lowest row up, in its left and right column (the bits of the
#: Unicode block at U+2800).
_LEFT, _RIGHT = (0x40, 0x04, 0x02, 0x01), (0x80, 0x20, 0x10, 0x08)
_BLOCK = 0x2800
_DOTS = 4


def braille(values: Sequence[float], width: int, height: int, top: float) -> list[str]:
    """The last ``2 * width`` values as columns of dots from 0 to ``top``, highest line first.

    Every line has ``width`` characters; the newest value stands at the right.  A value above 0
    shows one dot at least, one above ``top`` as many as there are.
    """
    shown = [_level(value, top, height * _DOTS) for value in values[-2 * width :]]
    levels = [0] * (2 * width - len(shown)) + shown
    return [
        "".join(
            _character(levels[2 * column], levels[2 * column + 1], line * _DOTS)
            for column in range(width)
        )
        for line in reversed(range(height))
    ]


def _level(value: float, top: float, levels: int) -> int:
    if value <= 0 or top <= 0:
        return 0
    return max(1, min(levels, round(value / top * levels)))


def _character(left: int, right: int, base: int) -> str:
    bits = _BLOCK
    for dots, level in ((_LEFT, left), (_RIGHT, right)):
        for position, bit in enumerate(dots):
            bits |= bit if level > base + position else 0
    return chr(bits)
