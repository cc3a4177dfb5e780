"""Spark's cluster managers: what a trial joins with, a standalone cluster here, a probe job."""

from __future__ import annotations
