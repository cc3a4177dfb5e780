"""The live view on a terminal: what has ended scrolls up; below stands the run as it is.

Below: how far the run is, the trial under way with its latest batches, and the results so far.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any, TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bench.document.text import plain
from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec
from bench.view.board import Board
from bench.view.plot import braille
from bench.view.progress import Progress
from bench.view.words import (
    figure,
    forecast_words,
    length_words,
    phase_words,
    result_words,
    spell,
    stored_words,
    trial_words,
)

#: Times a second that it is drawn anew: the view shares the machine with what is measured.
REFRESH_PER_S = 2

#: Characters and lines of the plot of batch times.
PLOT_WIDTH, PLOT_HEIGHT = 40, 3

#: Lines that are left to whoever looks, the cursor's included, and below which the plot goes.
_MARGIN, _LOW = 2, 14

_STYLES = {
    "ok": "green",
    "unsettled": "yellow",
    "saturated": "yellow",
    "unsupported": "dim",
    "invalid": "bold red",
    "failed": "bold red",
}


class LiveView:
    """Drawn anew twice a second and with every result; events may come from any thread."""

    def __init__(self, plan: Plan, stream: TextIO, *, console: Console | None = None) -> None:
        self._progress = Progress(plan)
        self._board = Board(plan)
        self._console = console or Console(file=stream)
        self._drawn: tuple[tuple[int, int, int], RenderableType | None] = ((-1, 0, 0), None)
        self._live = Live(
            console=self._console,
            get_renderable=self.render,
            refresh_per_second=REFRESH_PER_S,
            transient=True,
            vertical_overflow="crop",
        )

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(self, *ending: object) -> None:
        self._live.stop()

    def __call__(self, event: dict[str, Any]) -> None:
        """Take in the event; print it if it is to stay on the screen."""
        self._progress.update(event)
        match event["event"]:
            case "run":
                self._board.add(event.get("results", ()))
                kept = stored_words(event.get("stored", 0))
                trials = f"{event['trials']} trials, {length_words(event)}"
                self._print(f"{kept}{trials}, into {event['path']}", "dim")
            case "result":
                words = result_words(event["result"], event.get("judged"))
                line = f"{trial_words(event['spec'])}  {words}"
                status = "" if event.get("judged") else event["result"].status
                self._print(line, _STYLES.get(status, ""))
                self._board.add([event["result"]])
            case "warning":
                self._print(f"! {event['message']}", "yellow")
            case "note":
                self._print(f"note: {event['message']}", "dim")
            case "found":
                self._print(f"=> {event['message']}", "bold")
            case "forecast":
                self._print(forecast_words(event["forecast"]), "dim")
            case "waiting":
                self._print(f"waiting for {event['holder']} to end", "yellow")
            case "end" if event["interrupted"]:
                self._print("interrupted; what finished is kept", "yellow")
            case _:
                pass

    def render(self) -> Group:
        """What stands below; nothing before the first trial."""
        if self._progress.spec is None:
            return Group()
        high = self._console.height >= _LOW
        parts: list[RenderableType] = [self._head(), self._trial(), *self._plot(high)]
        room = self._console.height - _MARGIN - 2 - (PLOT_HEIGHT if high else 1)
        table = self._table(room - 1)
        return Group(*parts, *([Text(), table] if table is not None else []))

    def _head(self) -> RenderableType:
        progress, left_s = self._progress, self._progress.remaining_s()
        clock = time.strftime("%H:%M", time.localtime(time.time() + left_s))
        head = Table.grid(padding=(0, 1))
        head.add_row(
            ProgressBar(total=1.0, completed=progress.share(), width=24),
            Text(
                f"trial {progress.number} of {progress.total}, about {spell(left_s)} left "
                f"(until {clock})"
            ),
        )
        return head

    def _trial(self) -> RenderableType:
        progress = self._progress
        assert progress.spec is not None
        phase = phase_words(progress.phase, progress.phase_s, progress.expected_phase_s())
        line = Text(f"{trial_words(progress.spec)}  ", no_wrap=True, overflow="ellipsis")
        return line.append(phase, "cyan")

    def _plot(self, high: bool) -> list[RenderableType]:
        """The latest batch times over a line that says how the last stands to the trigger."""
        batches, spec = list(self._progress.batch_s), self._progress.spec
        assert spec is not None
        if not batches:
            words = "no batch yet"
        else:
            words = f"batch {figure(batches[-1])}"
            if self._own_trigger(spec):
                words += f", {batches[-1] / spec.trigger_s:.0%} of the trigger"
        if self._console.options.ascii_only or not high:
            return [Text(words, self._colour(batches))]
        top = max(batches, default=0.0)
        labels = [figure(top) if batches else "", *[""] * (PLOT_HEIGHT - 2), "0"]
        lines = braille(batches, PLOT_WIDTH, PLOT_HEIGHT, top)
        said = [*[""] * (PLOT_HEIGHT - 1), f"  {words}"]
        return [
            Text.assemble((f"{label:>8} ", "dim"), (line, self._colour(batches)), (word, ""))
            for label, line, word in zip(labels, lines, said, strict=True)
        ]

    def _colour(self, batches: list[float]) -> str:
        """Yellow while a batch takes longer than the trigger allows."""
        spec = self._progress.spec
        if spec is None or not batches or not self._own_trigger(spec):
            return "cyan"
        return "yellow" if batches[-1] > spec.trigger_s else "cyan"

    def _own_trigger(self, spec: TrialSpec) -> bool:
        """Whether batches run at the trial's trigger; those of the prelude have another."""
        return spec.trigger_s > 0 and self._progress.phase not in ("starting", "prelude")

    def _table(self, room: int) -> RenderableType | None:
        """The results so far in at most ``room`` lines, those of the latest cells first of all."""
        key = self._board.version, self._console.width, room
        if self._drawn[0] != key:
            self._drawn = key, None
            # As on the board: a table that cannot be drawn is no reason to stop measuring.
            with contextlib.suppress(Exception):
                self._drawn = key, self._fitting(room)
        return self._drawn[1]

    def _fitting(self, room: int) -> RenderableType | None:
        if self._board.version == 0 or room < 3:
            return None
        from bench.report.terminal import summary_table
        from bench.summary.rows import table_rows

        cells = len(self._board.summaries)
        options = self._console.options
        for shown in range(min(cells, room), 0, -1):
            left = cells - shown
            table = summary_table(table_rows(self._board.latest(shown)), self._console)
            lines = len(self._console.render_lines(table, options))
            if lines + bool(left) <= room:
                if not left:
                    return table
                more = f"and {left} more cell{'s' if left > 1 else ''}"
                return Group(table, Text(more, "dim"))
        return None

    def _print(self, line: str, style: str) -> None:
        # Text, never markup: names and reasons may hold brackets.
        self._console.print(Text(plain(line), style))
