"""The pages as a reader walks through them: short, linked, each under a head."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *(page for page in DOCS.rglob("*.md") if "examples" not in page.parts)]
)

#: What is no page for readers of the docs.
INDEX, OF_THE_CODE = DOCS / "README.md", {"architecture.md"}

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^(```|~~~).*?^\1|`[^`\n]*`", re.MULTILINE | re.DOTALL)


@cache
def prose(page: Path) -> str:
    return _CODE.sub("", page.read_text("utf-8"))


@cache
def anchors(page: Path) -> frozenset[str]:
    """What GitHub calls the headings of a page."""
    seen: dict[str, int] = {}
    found = set()
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for heading in re.findall(r"^#{1,6} +(.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).strip().replace(" ", "-")
        again = seen.get(slug, 0)
        seen[slug] = again + 1
        found.add(f"{slug}-{again}" if again else slug)
    return frozenset(found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for target in _LINK.findall(prose(page)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _mark, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{target}: no such file"
        if anchor and file.suffix == ".md":
            assert anchor in anchors(file), f"{target}: no such heading"


def test_the_readme_is_read_in_one_go():
    text = (ROOT / "README.md").read_text("utf-8")
    assert len(text.splitlines()) <= 150
    assert text.count("make compare") >= 1


def test_its_table_of_contenders_says_what_the_pages_do():
    def table(text: str) -> str:
        return text.split("<!-- contenders:begin -->")[1].split("<!-- contenders:end -->")[0]

    rows = table((ROOT / "README.md").read_text("utf-8")).strip().splitlines()[2:]
    measured = table((DOCS / "realtime.md").read_text("utf-8"))
    capacity = (DOCS / "capacity.md").read_text("utf-8").partition("<!-- capacity:begin -->")[2]
    for row in rows:
        arm, *figures, holds = (cell.strip() for cell in row.strip("|").split("|"))
        (name,) = re.findall(r"^`[^`]+`", arm)
        # The page has the ratio before the last of them.
        *latencies, cpu = figures
        at = f"| {name} | 10,000/s | {' | '.join(latencies)} |"
        assert re.search(f"{re.escape(at)}[^|]*\\| {re.escape(cpu)} \\|", measured)
        for rate in re.findall(r"[\d,]{5,}", holds):
            assert re.search(rf"\| (?:at least )?{rate.strip(',')} \|", capacity)
    assert len(rows) == 6


def test_every_page_is_in_the_index_once_under_a_head():
    text = INDEX.read_text("utf-8")
    heads = re.findall(r"^## (\w+):", text, re.MULTILINE)
    assert heads == ["Decide", "Measure", "Migrate", "Operate"]
    listed = re.findall(r"\]\((\w[\w-]*\.md)\)", text.partition("## Decide")[2])
    pages = {page.name for page in DOCS.glob("*.md")} - {INDEX.name} - OF_THE_CODE
    assert sorted(listed) == sorted(pages)


@pytest.mark.parametrize(
    "page", [page for page in DOCS.glob("*.md") if page != INDEX], ids=lambda page: page.name
)
def test_a_page_begins_with_words_and_not_with_a_heading_or_a_table(page):
    title, _blank, first = page.read_text("utf-8").split("\n", 2)
    assert title.startswith("# ")
    assert re.match(r"[A-Z`\[*]", first), "begin with the answer"
