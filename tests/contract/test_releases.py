"""The table of releases and how a version is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract.releases import RELEASES, line_of, read_version
from bench.runtime.java import SPARK


@given(st.sampled_from(list(RELEASES)), st.integers(0, 99))
def test_every_version_of_a_known_line_is_read_as_it_is(line, patch):
    assert read_version(f"{line}.{patch}") == f"{line}.{patch}"
    assert line_of(f"{line}.{patch}") == line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("3.5", "write all three numbers"),
        ("3.5.9rc1", "write all three numbers"),
        ("newest", "write all three numbers"),
        ("3.4.1", r"Spark 3.4 is not known here; known are 3.5, 4.0"),
    ],
)
def test_what_is_no_version_is_told(text, words):
    with pytest.raises(ValueError, match=words):
        read_version(text)


def test_the_table_is_sound():
    assert list(RELEASES) == sorted(RELEASES)
    assert SPARK in RELEASES
    for release in RELEASES.values():
        assert release.java[0] <= release.java[1]
        assert 9 <= release.python[0] <= release.python[1]
