"""Where things that outlive a run are kept."""

from __future__ import annotations

import tempfile

import pytest

from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir


def test_the_setting_wins_and_is_created(tmp_path):
    chosen = tmp_path / "a" / "b"
    assert cache_dir({"SPARKBENCH_CACHE": str(chosen), "XDG_CACHE_HOME": str(tmp_path)}) == chosen
    assert chosen.is_dir()


def test_xdg_then_home(tmp_path):
    xdg, home = tmp_path / "xdg", tmp_path / "home"
    environ = {"XDG_CACHE_HOME": str(xdg), "HOME": str(home)}
    assert cache_dir(environ) == xdg / "sparkbench"
    environ["XDG_CACHE_HOME"] = "relative/is/ignored"
    assert home in cache_dir(environ).parents


def test_without_a_home_that_can_be_written_to(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "file").write_text("")
    assert cache_dir({"HOME": str(tmp_path / "file")}).parent == tmp_path
    assert cache_dir({}).parent == tmp_path


def test_a_setting_that_cannot_be_used_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentProblem, match="SPARKBENCH_CACHE="):
        cache_dir({"SPARKBENCH_CACHE": str(tmp_path / "file")})


def test_a_folder_all_may_write_to_is_not_used(tmp_path):
    tmp_path.chmod(0o777)
    with pytest.raises(EnvironmentProblem, match="only you"):
        cache_dir({"SPARKBENCH_CACHE": str(tmp_path)})
