"""docs/versions.md says what the table of releases holds."""

from __future__ import annotations

from pathlib import Path

from bench.contract.releases import RELEASES

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "versions.md").read_text("utf-8")


def test_every_release_has_its_row():
    rows = [
        f"| {line} | {each.java[0]} to {each.java[1]} | 3.{each.python[0]} to 3.{each.python[1]} |"
        for line, each in RELEASES.items()
    ]
    table = TEXT.split("<!-- releases:begin -->\n")[1].split("<!-- releases:end -->")[0]
    assert table.splitlines()[2:] == rows
    assert f"the lines {', '.join(list(RELEASES)[:-1])} and {list(RELEASES)[-1]};" in TEXT
