"""A file of the cache: made once, whole, by one process at a time."""

from __future__ import annotations

import pytest

from bench.contract.kept import file_lock, kept


def test_it_is_made_once_and_is_whole_or_not_there(tmp_path):
    place = str(tmp_path / "cache" / "a.jar")

    def fail(made):
        with open(made, "w") as file:
            file.write("half")
        raise ValueError("no room")

    def make(made):
        with open(made, "x") as file:
            file.write("whole")

    with pytest.raises(ValueError, match="no room"):
        kept(place, fail)
    assert kept(place, make)
    assert kept(place, fail)
    assert sorted(path.name for path in (tmp_path / "cache").iterdir()) == ["a.jar", "making.lock"]
    assert (tmp_path / "cache" / "a.jar").read_text() == "whole"


def test_who_waits_in_vain_is_told(tmp_path):
    with file_lock(str(tmp_path / "making.lock")) as free:
        assert free
        assert not kept(str(tmp_path / "a.jar"), lambda made: None, wait_s=0.0)
