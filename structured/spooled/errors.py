"""What can go wrong, each said in one sentence."""

from __future__ import annotations

from typing import Optional


class SpoolError(Exception):
    """The source cannot start or go on; the text is one sentence for the user."""


class SpoolUnavailable(SpoolError, ImportError):
    """This Python or this PySpark lacks what the source needs."""


def spoken(text: str) -> Optional[str]:
    """The sentence of the :class:`SpoolError` inside a Spark error's text, ``None`` without one.

    Spark hands on what Python raised as a stack trace within a message of its own.
    """
    mark = f"{SpoolError.__name__}: "
    lines = [line for line in text.splitlines() if mark in line]
    return lines[-1].partition(mark)[2].strip() if lines else None
