"""The file of the truth sinks: what is written is what is read."""

from __future__ import annotations

from array import array
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract.truth import TruthBatch, TruthFile, read_truth

_INTEGERS = st.integers(-(2**63), 2**63 - 1)
_PAIRS = st.lists(st.tuples(_INTEGERS, _INTEGERS), max_size=5)


@given(st.lists(st.tuples(_INTEGERS, _INTEGERS, _PAIRS, st.integers(0, 5)), max_size=4))
def test_every_batch_comes_back(tmp_path_factory, batches):
    path = tmp_path_factory.mktemp("truth") / "truth"
    path.touch()
    file = TruthFile(str(path))
    for batch_id, returned_us, pairs, cut in batches:
        pieces = [array("q", pair).tobytes() for pair in pairs]
        file.add(batch_id, returned_us, [b"".join(pieces[:cut]), b"".join(pieces[cut:])])
    assert list(read_truth(str(path))) == [
        TruthBatch(batch_id, returned_us, array("q", [n for pair in pairs for n in pair]))
        for batch_id, returned_us, pairs, _cut in batches
    ]


def test_a_torn_file_is_refused(tmp_path: Path):
    path = tmp_path / "truth"
    path.write_bytes(array("q", [7, 1, 2, 0, 0]).tobytes())
    with pytest.raises(ValueError, match="batch 7 ends in the middle"):
        list(read_truth(str(path)))
