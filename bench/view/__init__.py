"""What a person sees while a run is under way: a live view on a terminal, lines in a log."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol, TextIO

from bench.plan.plan import Plan


class View(AbstractContextManager["View"], Protocol):
    """Told every event of the runner, from any thread."""

    def __call__(self, event: dict[str, Any]) -> None:
        """Show the event."""
        ...


def make_view(
    plan: Plan, stream: TextIO, *, quiet: bool = False, environ: Mapping[str, str] | None = None
) -> View:
    """The live view where ``stream`` is a terminal that shows colour, else plain lines.

    ``quiet`` leaves only what went wrong.
    """
    environ = os.environ if environ is None else environ
    plain = quiet or not stream.isatty() or environ.get("NO_COLOR") or environ.get("TERM") == "dumb"
    if plain:
        from bench.view.plain import PlainView

        return PlainView(plan, stream, quiet=quiet)
    from bench.view.live import LiveView

    return LiveView(plan, stream)
