from __future__ import annotations

import pytest

from bench.measure.witness import console_pairs, witness
from bench.results.schema import Batch

from .synthetic import T0


def test_the_median_keeps_its_sign_and_the_largest_counts_either_way() -> None:
    got = witness([(T0, T0 + 0.004), (T0 + 1, T0 + 0.95), (T0 + 2, T0 + 2.006)])
    assert got is not None
    assert got.batches == 3
    assert got.p50 == pytest.approx(0.004, abs=1e-6)
    assert got.max == pytest.approx(0.05, abs=1e-6)


def test_only_batches_seen_on_the_console_are_paired() -> None:
    plain = Batch(
        batch_id=0, ranges=[], planned_start=T0, started=T0, visible=T0, finished=T0, phases={}
    )
    seen = plain.model_copy(update={"console": T0 + 1})
    assert console_pairs([plain, seen]) == [(T0, T0 + 1)]
    assert witness(console_pairs([plain])) is None
