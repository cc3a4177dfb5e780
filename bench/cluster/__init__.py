"""Spark's cluster managers: what a master asks for, a standalone cluster here, a probe before use."""

from __future__ import annotations
