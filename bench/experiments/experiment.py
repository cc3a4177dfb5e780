"""What a run of any kind can be asked: its question and answers, and how they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from bench.document.parts import Bullets, Image, Part, Section
from bench.plan.kind import Kind
from bench.summary.source import Source

if TYPE_CHECKING:
    import pandas as pd

    from bench.plots.plot import Plot


class Experiment:
    """One kind of run, asked what one run of it says; a subclass a kind.

    ``compares``: arms of a cell stand against each other, and a page shows them so.  ``own``: the
    kind has a document, a terminal's text and files in place of a comparison's.
    """

    kind: ClassVar[Kind]
    compares: ClassVar[bool] = True
    own: ClassVar[bool] = False

    def __init__(self, run: Source) -> None:
        self.run = run

    def question(self) -> str:
        """What the run asked, in one sentence."""
        raise NotImplementedError

    def few_words(self) -> str:
        """The answer for a list of runs."""
        raise NotImplementedError

    def answers(self) -> list[str]:
        """What was found, in a sentence or a few."""
        raise NotImplementedError

    def sections(self) -> list[Section]:
        """What a page says besides, or instead of a comparison's table."""
        return []

    def told(self, width: int) -> list[Part]:
        """What a terminal of ``width`` columns shows below a comparison's table, or instead."""
        return []

    def document(self, images: Sequence[Image] = ()) -> list[Part]:
        """``report.md``, where that is its own."""
        raise NotImplementedError

    def tables(self) -> dict[str, pd.DataFrame]:
        """Name to table, for files and exports, where the kind has its own."""
        return {}

    def data(self) -> dict[str, Any]:
        """What JSON has besides, by its key."""
        return {}

    def plots(self) -> tuple[Plot, ...] | None:
        """The plots that make sense, ``None`` for those of a comparison."""
        return None


def bullets(items: Sequence[str]) -> list[Part]:
    """A list, or nothing."""
    return [Bullets(tuple(items))] if items else []
