"""How a run is handled: the options that every command with a run has."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Handling:
    """Options that are no part of the plan, or say where it is, as the user wrote them."""

    force: bool = False
    wait: bool = False
    out: Path | None = None
    as_json: bool = False
    dry_run: bool = False
    quiet: bool = False
    runtimes: tuple[str, ...] = ()
    plan_file: str | None = None
