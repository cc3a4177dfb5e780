"""Sentences about a choice that does not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def unknown(what: str, given: str, known: Iterable[str]) -> str:
    """``unknown WHAT 'given'``, the nearest known spelling, and all of them."""
    names = list(known)
    lowered = {name.lower(): name for name in names}
    near = difflib.get_close_matches(given.lower(), lowered, n=1, cutoff=0.5)
    hint = f"; did you mean '{lowered[near[0]]}'?" if near else ""
    return f"unknown {what} '{given}' (known: {', '.join(names)}){hint}"
