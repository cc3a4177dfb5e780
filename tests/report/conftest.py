"""One made run and its page for all tests of the report."""

from __future__ import annotations

import pytest

from bench.report.bundle import render_html
from tests.report.html_tree import read
from tests.report.made_pages import big_run


@pytest.fixture(scope="session")
def shown_run():
    return big_run()


@pytest.fixture(scope="session")
def page(shown_run):
    """The page as text."""
    return render_html(shown_run)


@pytest.fixture(scope="session")
def tree(page):
    """The elements of the page."""
    return read(page)
