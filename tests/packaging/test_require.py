"""A missing piece skips a test, and fails it in continuous integration."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def unicorn(require, monkeypatch):
    monkeypatch.setitem(require.__globals__["PIECES"], "unicorn", (lambda: None, "a fairy tale"))


def test_it_skips_and_says_how_to_get_it(require, monkeypatch):
    monkeypatch.delenv("SPARKBENCH_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"unicorn is not installed .a fairy tale"):
        require("unicorn")


def test_it_fails_where_all_is_required(require, monkeypatch):
    monkeypatch.setenv("SPARKBENCH_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="forbids to skip"):
        require("unicorn")


def test_what_is_there_is_found(require, monkeypatch):
    monkeypatch.setitem(require.__globals__["PIECES"], "horse", (lambda: "/stable", ""))
    assert require("horse") == "/stable"
