"""The migration guide is what the code gives."""

from __future__ import annotations

import re
import shutil

import pytest

from bench.catalog import guide
from bench.contract.jobs import JOBS


def test_the_committed_guide_is_up_to_date():
    assert guide.stale() == [], "run python -m bench.catalog.guide"


def test_every_job_has_a_page_and_the_index_links_to_it():
    made = guide.pages()
    assert {f"{name}.md" for name in JOBS} <= set(made)
    for name in JOBS:
        assert f"({name}.md)" in made[guide.INDEX]


def test_pages_written_by_hand_are_there():
    for name in guide.BY_HAND:
        assert (guide.FOLDER / name).is_file()


def test_links_within_the_guide_lead_somewhere():
    for name, text in guide.pages().items():
        prose = re.sub(r"^(```+).*?^\1$", "", text, flags=re.DOTALL | re.MULTILINE)
        for target in re.findall(r"\]\(([^)#]+)\)", prose):
            if not target.startswith("http"):
                assert (guide.FOLDER / target).resolve().exists(), f"{name}: {target}"


@pytest.fixture
def folder(tmp_path):
    copy = tmp_path / "migration"
    shutil.copytree(guide.FOLDER, copy)
    return copy


def test_what_is_stale_missing_or_left_over_is_found_and_mended(folder, capsys):
    (folder / "echo.md").write_text("old")
    (folder / "union.md").unlink()
    (folder / "gone.md").write_text("of a job that is no more")
    assert guide.stale(folder) == ["echo.md", "gone.md", "union.md"]
    assert guide.main([str(folder), "--check"]) == 1
    assert guide.main([str(folder)]) == 0
    assert guide.stale(folder) == []
    assert guide.main([str(folder), "--check"]) == 0
    assert not (folder / "gone.md").exists()
    for name in guide.BY_HAND:
        assert (folder / name).is_file()
