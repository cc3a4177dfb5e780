"""How a trial can end early."""

from __future__ import annotations


class TrialFailed(Exception):
    """The trial could not be carried through; the message is the reason, one sentence."""


class TrialUnsupported(Exception):
    """The engine cannot do what the cell asks for; the message is its reason."""
