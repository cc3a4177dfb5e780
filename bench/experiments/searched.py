"""A run that searched, for capacity or for cores, asked what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from bench.document import text
from bench.document.parts import Grid, Heading, Image, Line, Part, Section, bullets
from bench.errors import UsageError
from bench.experiments.experiment import Experiment
from bench.plan.kind import Kind, kind_of
from bench.plan.plan import Plan
from bench.summary import conduct, notes
from bench.summary.axes import InCell, split_axes
from bench.summary.facts import run_again
from bench.summary.source import Source
from bench.summary.summary import Cell

#: Style of a finding by how its search ended; ``None``: it has not.
STYLES = {"closed": "", None: "dim", "unsupported": "dim", "failed": "bold red"}


class Finding(InCell, Protocol):
    """What was found for one arm in one cell; ``bound_s`` is the p99 to keep."""

    @property
    def arm(self) -> str: ...

    @property
    def bound_s(self) -> float: ...


_Finding = TypeVar("_Finding", bound=Finding)


class Findings(Generic[_Finding]):
    """What a run has found, in the order of cells and arms."""

    arms: tuple[str, ...]
    found: tuple[_Finding, ...]

    @property
    def cells(self) -> list[Cell]:
        """The cells, each once, in order."""
        cells: list[Cell] = []
        for one in self.found:
            if one.cell not in cells:
                cells.append(one.cell)
        return cells

    @property
    def axes(self) -> list[str]:
        """All axes of the cells, in order."""
        return sorted({axis for one in self.found for axis in one.cell}, key=text.axis_order)

    @property
    def varying(self) -> list[str]:
        """The axes on which the cells differ."""
        return split_axes(self.found)[0]

    @property
    def shared(self) -> str:
        """What all cells have in common, in words."""
        _varying, common = split_axes(self.found)
        return text.cell_text(self.cells[0], common) if common else ""

    def of(self, cell: Cell) -> list[_Finding]:
        """What was found in one cell."""
        return [one for one in self.found if one.cell == cell]

    def values(self, cell: Cell) -> list[str]:
        """The varying values of a cell, for a row of a table."""
        return [text.axis_value(a, cell[a]) if a in cell else text.NONE for a in self.varying]

    def where(self, one: Finding) -> str:
        """Arm and cell, for the beginning of a sentence."""
        at = f" at {text.cell_text(one.cell, self.varying)}" if self.varying else ""
        return text.plain(one.arm) + at

    def context(self) -> str:
        """What all cells share, and what counts as held."""
        bounds = sorted({one.bound_s for one in self.found})
        allowed = text.duration(bounds[0])
        if len(bounds) > 1:
            allowed = f"{allowed} to {text.duration(bounds[-1])}, by the trigger"
        held = f"held: backlog steady, p99 at most {allowed}, nothing lost"
        return ". ".join(part for part in (self.shared, f"{held}.") if part)


def plan_of(run: Source, kind: Kind) -> Plan | None:
    """The plan of a run of a kind, ``None`` of any other run.

    Raises :class:`UsageError` where the plan is not one that can be read.
    """
    if kind_of(run.info.plan) != kind:
        return None
    try:
        return Plan.from_dict(run.info.plan)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{run.place}: its plan cannot be read ({error!r})") from None


class SearchRun(Experiment):
    """One search for each arm in each cell; no arm is compared with another.

    ``title``, ``what`` and ``why`` head the document, its findings and their reasons; ``nothing``
    is the answer before there is one, ``picture`` tells where the plot is.
    """

    compares: ClassVar[bool] = False
    own: ClassVar[bool] = True
    title: ClassVar[str]
    what: ClassVar[str]
    why: ClassVar[str]
    nothing: ClassVar[str]
    picture: ClassVar[str] = ""

    @property
    def report(self) -> Findings[Any]:
        """The searches replayed."""
        raise NotImplementedError

    def table(self, width: int | None = None) -> Grid:
        """One row a cell and arm, for a terminal of ``width`` columns or for any room."""
        raise NotImplementedError

    def found(self) -> list[str]:
        """The finding of each cell in a sentence."""
        raise NotImplementedError

    def laws(self) -> list[str]:
        """What follows from the findings together."""
        return []

    def reasons(self) -> list[str]:
        """Why each arm's search ended where it did."""
        raise NotImplementedError

    def remarks(self) -> list[str]:
        """What else is to be known of the findings."""
        return []

    def curve(self, width: int | None = None) -> list[Part]:
        """What was measured on the way, with its heading."""
        return []

    def reading(self) -> list[str]:
        """How to read the table."""
        raise NotImplementedError

    def answers(self) -> list[str]:
        """The finding of each cell."""
        return self.found() or [self.nothing]

    def sections(self) -> list[Section]:
        """What was found, and why no more."""
        parts = (
            Line(self.report.context()),
            self.table(),
            *(Line(said, "dim") for said in self.reading()),
            Heading(self.why),
            *bullets([*self.reasons(), *self.remarks()]),
        )
        return [Section(self.kind, self.what, parts)]

    def told(self, width: int) -> list[Part]:
        """The same, and where the results are."""
        run = self.run
        spent = conduct.time_share(run.info, run.results)
        parts: list[Part] = [
            Line(self.question(), "bold"),
            Line(self.report.context()),
            *(Line(""), self.table(width), Line("")),
            *(Line(said, "bold") for said in self.found()),
            *(Line(said) for said in self.laws()),
            *(Line(said, "dim") for said in self.reading()),
            *(Line(said) for said in self.reasons()),
            *(Line(f"! {said}", "yellow") for said in self.remarks()),
            *self.curve(width),
            Line(""),
            *(Line(f"! {said}", "yellow") for said in notes.completeness(run)),
        ]
        parts += [Line(spent)] if spent is not None else []
        if run.place is not None:
            parts.append(Line(f"Results: {text.plain(run.place)}{self.picture}"))
        return parts

    def document(self, images: Sequence[Image] = ()) -> list[Part]:
        """The same in full."""
        run, load, sides = self.run, notes.work(self.run), notes.sides(self.run)
        return [
            Heading(f"{self.title} {', '.join(self.report.arms)}", 1),
            Line(self.question()),
            *bullets([*self.found(), *self.laws()]),
            Heading(self.what),
            Line(self.report.context()),
            self.table(),
            *images,
            Heading(self.why),
            *bullets([*self.reasons(), *self.remarks()]),
            *bullets(notes.completeness(run)),
            *self.curve(),
            Heading("How to read it"),
            *bullets([*([f"{load[0].upper()}{load[1:]}."] if load else []), *self.reading()]),
            *([Heading("What was compared"), *bullets(sides)] if sides else []),
            *bullets([line for line in conduct.conduct(run) if line.startswith("Resumed")]),
            *run_again(run),
        ]


def fitting(wide: Grid, narrow: Grid, width: int | None) -> Grid:
    """The wide one where there is room for it."""
    needed = max(len(line.text) for line in wide.lines(10_000))
    return wide if width is None or needed <= width else narrow
