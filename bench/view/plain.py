"""Lines that read well in a log: when a run begins, when a trial begins and ends, warnings."""

from __future__ import annotations

import contextlib
from typing import Any, TextIO

from bench.document.text import plain
from bench.plan.plan import Plan
from bench.plan.spec import TrialSpec
from bench.view.board import Board
from bench.view.progress import Progress
from bench.view.words import (
    forecast_words,
    length_words,
    result_words,
    spell,
    stored_words,
    trial_words,
)

#: Cells and arms told of after a round.
_STANDINGS = 4


class PlainView:
    """One line an event worth a line; with ``quiet``, only what went wrong.

    After each whole round of several it also tells how the arms stand.
    """

    def __init__(self, plan: Plan, stream: TextIO, *, quiet: bool = False) -> None:
        self._progress = Progress(plan)
        self._board = Board(plan)
        self._round = 1
        self._stream = stream
        self._quiet = quiet

    def __enter__(self) -> PlainView:
        return self

    def __exit__(self, *ending: object) -> None:
        return None

    def __call__(self, event: dict[str, Any]) -> None:
        """Print the event's line, if it has one."""
        self._progress.update(event)
        place = f"[{self._progress.number}/{self._progress.total}]"
        match event["event"]:
            case "run":
                self._board.add(event.get("results", ()))
                kept = stored_words(event.get("stored", 0))
                self._line(
                    f"{kept}{event['trials']} trials, {length_words(event)}, into {event['path']}"
                )
            case "trial":
                self._new_round(event["spec"])
                self._line(f"{place} {trial_words(event['spec'])}")
            case "result":
                self._result(place, event)
            case "warning":
                where = f"{place} " if self._progress.total else ""
                self._line(f"{where}warning: {event['message']}", loud=True)
            case "note":
                self._line(f"note: {event['message']}")
            case "found":
                self._line(f"=> {event['message']}")
            case "forecast":
                self._line(forecast_words(event["forecast"]))
            case "waiting":
                self._line(f"waiting for {event['holder']} to end", loud=True)
            case "end" if event["interrupted"]:
                self._line("interrupted; what finished is kept", loud=True)
            case _:
                pass

    def _result(self, place: str, event: dict[str, Any]) -> None:
        result = event["result"]
        self._board.add([result])
        judged = event.get("judged")
        bad = result.status in ("failed", "invalid") and judged is None
        left = self._progress.after_s()
        tail = f"  ({spell(left)} left)" if left > 0 and not self._quiet else ""
        what = f" {trial_words(event['spec'])}:" if self._quiet else ""
        self._line(f"{place}{what} {result_words(result, judged)}{tail}", loud=bad)

    def _new_round(self, spec: TrialSpec) -> None:
        """Where the arms stand, when the first trial of another round begins."""
        before, self._round = self._round, spec.round
        if self._quiet or spec.purpose or spec.round <= before:
            return
        if self._progress.plan.settings.firm:
            return  # Each look says more.
        standings = self._board.standings()
        if standings:
            more = len(standings) - _STANDINGS
            rest = [f"and {more} more"] if more > 0 else []
            said = "; ".join([*standings[:_STANDINGS], *rest])
            self._line(f"round {before} is done, so far: {said}")

    def _line(self, text: str, *, loud: bool = False) -> None:
        if loud or not self._quiet:
            # A log nobody reads any more must not end the run.
            with contextlib.suppress(BrokenPipeError, ValueError):
                print(plain(text), file=self._stream, flush=True)
