"""docs/jobs.md says what the catalogue holds."""

from __future__ import annotations

from pathlib import Path

from bench.contract import SINKS
from bench.contract.jobs import JOBS, LINES
from bench.load.config import FILE_S

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "jobs.md").read_text("utf-8")


def table(name: str) -> list[str]:
    return TEXT.split(f"<!-- {name}:begin -->\n")[1].split(f"<!-- {name}:end -->")[0].splitlines()


def test_every_job_has_its_row():
    rows = []
    for job in JOBS.values():
        params = ", ".join(f"`{param.name}={param.default}`" for param in job.params)
        rows.append(
            f"| `{job.name}` | {job.group} | {job.title} | `{job.lines}` | {job.keys or ''} "
            f"| {params} |"
        )
    assert table("jobs")[2:] == rows


def test_every_kind_of_lines_and_every_sink_is_described():
    for name in (*LINES, *SINKS):
        assert f"\n| `{name}`" in TEXT
    assert f"every {FILE_S * 1000:.0f} ms" in TEXT
