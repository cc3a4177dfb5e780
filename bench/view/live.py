"""The live view on a terminal: the trial under way below, results and warnings above it."""

from __future__ import annotations

from types import TracebackType
from typing import Any, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bench.plan.plan import Plan
from bench.view.progress import Progress
from bench.view.words import (
    figure,
    forecast_words,
    result_words,
    sparkline,
    spell,
    stored_words,
    trial_words,
)

_STYLES = {
    "ok": "green",
    "unsettled": "yellow",
    "saturated": "yellow",
    "unsupported": "dim",
    "invalid": "bold red",
    "failed": "bold red",
}


class LiveView:
    """Redraws the trial under way four times a second; what has ended scrolls up."""

    def __init__(self, plan: Plan, stream: TextIO, *, console: Console | None = None) -> None:
        self._progress = Progress(plan)
        self._console = console or Console(file=stream)
        self._live = Live(
            console=self._console, get_renderable=self.render, refresh_per_second=4, transient=True
        )

    def __enter__(self) -> LiveView:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, event: dict[str, Any]) -> None:
        """Take in the event; print it if it is to stay on the screen."""
        self._progress.update(event)
        match event["event"]:
            case "run":
                kept = stored_words(event.get("stored", 0))
                self._print(f"{kept}{event['trials']} trials into {event['path']}", "dim")
            case "result":
                line = f"{trial_words(event['spec'])}  {result_words(event['result'])}"
                self._print(line, _STYLES.get(event["result"].status, ""))
            case "warning":
                self._print(f"! {event['message']}", "yellow")
            case "note":
                self._print(f"note: {event['message']}", "dim")
            case "forecast":
                self._print(forecast_words(event["forecast"]), "dim")
            case "waiting":
                self._print(f"waiting for {event['holder']} to end", "yellow")
            case "end" if event["interrupted"]:
                self._print("interrupted; what finished is kept", "yellow")
            case _:
                pass

    def render(self) -> Group:
        """The lines of the trial under way; none before the first trial."""
        progress = self._progress
        if progress.spec is None:
            return Group()
        head = Table.grid(padding=(0, 1))
        head.add_row(
            ProgressBar(total=max(1, progress.total), completed=progress.done, width=30),
            Text(
                f"trial {progress.number} of {progress.total}, "
                f"about {spell(progress.remaining_s())} left"
            ),
        )
        now = Text(f"{trial_words(progress.spec)}  {progress.phase} {spell(progress.phase_s)}")
        lines: list[Any] = [head, now]
        batches = list(progress.batch_s)
        if batches:
            lines.append(Text(f"batch {sparkline(batches)} {figure(batches[-1])}", "cyan"))
        return Group(*lines)

    def _print(self, line: str, style: str) -> None:
        # Text, never markup: names and reasons may hold brackets.
        self._console.print(Text(line, style), soft_wrap=True)
