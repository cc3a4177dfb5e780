"""Two texts line by line, equal lines beside each other.  Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

#: How a pair of lines differs, in the marks of ``diff -y``.
SAME, CHANGED, LEFT, RIGHT = " ", "|", "<", ">"

#: Lines that are less alike than this stand apart, not beside each other.
_ALIKE = 0.5

#: More lines than this on either side of one change are not matched with one another.
_MOST = 60


@dataclass(frozen=True)
class Pair:
    """A line of either side, ``None`` where that side has none."""

    left: str | None
    right: str | None

    @property
    def mark(self) -> str:
        """How they differ."""
        if self.left is None:
            return RIGHT
        if self.right is None:
            return LEFT
        return SAME if self.left == self.right else CHANGED


def align(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """All lines of both, in order."""
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    found: list[Pair] = []
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            found += [Pair(line, line) for line in left[i:j]]
        else:
            found += _changed(left[i:j], right[k:m])
    return found


def unified(found: Sequence[Pair]) -> Iterator[tuple[str, str]]:
    """One below the other: ``-`` and a line of the left, ``+`` and one of the right, or a blank."""
    for same, group in groupby(found, key=lambda pair: pair.mark == SAME):
        pairs = list(group)
        if same:
            yield from ((SAME, pair.left or "") for pair in pairs)
        else:
            yield from (("-", pair.left) for pair in pairs if pair.left is not None)
            yield from (("+", pair.right) for pair in pairs if pair.right is not None)


def _changed(left: Sequence[str], right: Sequence[str]) -> list[Pair]:
    """The most alike lines beside each other, as far as order allows."""
    if max(len(left), len(right)) > _MOST:
        return [*(Pair(line, None) for line in left), *(Pair(None, line) for line in right)]
    # best[i][j]: the greatest sum of likenesses of left[i:] and right[j:].
    alike = [[_alike(one, other) for other in right] for one in left]
    best = [[0.0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in reversed(range(len(left))):
        for j in reversed(range(len(right))):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], alike[i][j] + best[i + 1][j + 1])
    found: list[Pair] = []
    i = j = 0
    while i < len(left) and j < len(right):
        if alike[i][j] and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            found.append(Pair(left[i], right[j]))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            found.append(Pair(left[i], None))
            i += 1
        else:
            found.append(Pair(None, right[j]))
            j += 1
    found += [Pair(line, None) for line in left[i:]]
    return found + [Pair(None, line) for line in right[j:]]


def _alike(one: str, other: str) -> float:
    ratio = SequenceMatcher(None, one.strip(), other.strip(), autojunk=False).ratio()
    return ratio if ratio >= _ALIKE and one.strip() and other.strip() else 0.0
