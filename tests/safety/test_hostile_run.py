"""A run directory from elsewhere is data: it runs nothing, and its strings are shown as text."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.results.store import RunStore
from tests.safety.hostile import EVIL, MARKER, hostile_run
from tests.tally import survived

ROOT = Path(__file__).resolve().parents[2]

#: Writes down what a command does besides computing and reading.
WATCH = """
import os, sys
_log = os.environ["AUDIT_LOG"]
_events = {"subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork",
           "pickle.find_class", "socket.connect", "socket.bind", "socket.getaddrinfo"}
def _hook(event, arguments):
    if event in _events:
        said = f"{event} {arguments!r}"
    elif event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        said = f"write {arguments[0]}"
    elif event in ("os.rename", "os.symlink", "os.link", "os.remove", "os.mkdir", "os.chmod"):
        said = f"{event} {arguments!r}"
    else:
        return
    descriptor = os.open(_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(descriptor, said.encode("utf-8", "replace") + b"\\n")
    os.close(descriptor)
sys.addaudithook(_hook)
"""


@dataclass
class Done:
    returncode: int
    stdout: str
    stderr: str
    did: list[str]


CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return hostile_run(tmp_path_factory.mktemp("hostile") / "run")


@pytest.fixture
def sparkbench(run, tmp_path):
    """Run a command within the hostile directory; what it did is in ``done.did``."""
    (tmp_path / "watch").mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)

    def command(*arguments):
        log = tmp_path / "audit"
        log.write_text("")
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bench.cli", *arguments],
            cwd=run,
            env={
                **os.environ,
                "PYTHONPATH": f"{tmp_path / 'watch'}:{ROOT}",
                "PYTHONDONTWRITEBYTECODE": "1",
                "SPARKBENCH_CACHE": str(tmp_path / "cache"),
                "MPLCONFIGDIR": str(tmp_path / "mpl"),
                "AUDIT_LOG": str(log),
                MARKER: str(tmp_path / "marker"),
            },
            capture_output=True,
            timeout=120,
            check=False,
        )
        told = done.stderr.decode()
        assert "Traceback" not in told, told
        assert not (tmp_path / "marker").exists(), (tmp_path / "marker").read_text()
        did = log.read_text().splitlines()
        return Done(done.returncode, done.stdout.decode(), told, did)

    return command


def unwanted(did, *allowed):
    """What was done besides writing below ``allowed`` folders, and looking for fonts and clocks."""
    harmless = ("fc-list", "libc", ".so")
    found = []
    for line in did:
        if any(word in line for word in (*harmless, *map(str, allowed))):
            continue
        found.append(line)
    return found


@pytest.mark.parametrize(
    "arguments",
    [
        "show .",
        "show . 1 --batches all",
        "diff . .",
        "decide . --rate 1k --p99 2s",
        "export . --format csv",
    ],
)
def test_reading_runs_nothing_and_the_terminal_gets_text(sparkbench, tmp_path, arguments):
    done = sparkbench(*arguments.split())
    assert done.returncode in (0, 1, 2), done.stderr
    assert unwanted(done.did, tmp_path / "cache") == []
    for shown in (done.stdout, done.stderr):
        assert CONTROL.findall(shown) == []
    survived("hostile run directory read", f"exit code {done.returncode}, nothing of it executed")


def test_its_text_is_there_as_text(sparkbench):
    """Neutralised, not swallowed: brackets of markup stand as they were written."""
    assert "[bold red]x[/]" in sparkbench("show", ".", "1").stdout


def test_a_spreadsheet_finds_no_formula(sparkbench):
    for table in ("trials", "batches", "cells"):
        done = sparkbench("export", ".", "--what", table)
        assert done.returncode == 0, done.stderr
        rows = list(csv.reader(io.StringIO(done.stdout)))
        assert len({len(row) for row in rows}) == 1
        for cell in (cell for row in rows for cell in row):
            assert not re.match(r"[=+@\t\r]|-(?!\d)", cell), cell
    assert "'=HYPERLINK" in done.stdout


def test_markdown_keeps_its_tables_and_has_no_html(sparkbench):
    text = sparkbench("export", ".", "--format", "md").stdout
    # What stands between fences is code.
    text = re.sub(r"^(`{3,})\n.*?\n\1$", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "<" not in text
    tables = [block for block in text.split("\n\n") if block.startswith("| ")]
    assert tables
    for table in tables:
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1
    assert not re.search(r"^# head", text, re.MULTILINE)


@pytest.mark.slow
def test_the_report_is_text_in_a_browser(sparkbench, run, tmp_path, browser):
    done = sparkbench("report", ".")
    assert done.returncode == 0, done.stderr
    assert unwanted(done.did, run / "report", "report/", tmp_path) == []
    page = (run / "report" / "index.html").resolve()
    seen = []
    with browser.new_page() as opened:
        opened.on("dialog", lambda dialog: seen.append(dialog.message))
        opened.on("request", lambda request: seen.append(request.url))
        opened.on("pageerror", lambda error: seen.append(str(error)))
        opened.goto(page.as_uri())
        opened.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert opened.locator("img").count() == 0
        assert "onerror=alert(1)" in opened.inner_text("body")
    assert seen == [page.as_uri()]
    survived("hostile run directory reported", "shown as text, nothing loaded")


@pytest.mark.parametrize(
    "trap", ["report", "report/.index.html.tmp", "report/index.html", "report/cells.csv"]
)
def test_a_link_in_the_run_leads_no_writer_outside(tmp_path, trap, monkeypatch):
    path = hostile_run(tmp_path / "run")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    place = path / trap
    if place.is_dir():
        place.rmdir()
        place.symlink_to(outside)
    else:
        place.symlink_to(outside / "mine.txt")
    from bench.run import Run

    monkeypatch.setattr(
        "bench.report.bundle.render_report",
        lambda *_: {"index.html": b"page", "cells.csv": b"cells"},
    )
    if trap == "report":
        with pytest.raises(UsageError, match="symbolic link"):
            Run.load(path).write_report()
    else:
        Run.load(path).write_report()
        assert (path / "report" / "index.html").read_bytes() == b"page"
        assert not (path / trap).is_symlink()
    assert {file.name: file.read_text() for file in outside.iterdir()} == {"mine.txt": "mine"}
    survived("link out of a hostile run directory", "not followed")


def test_names_in_results_are_no_paths(tmp_path):
    store = RunStore.open(hostile_run(tmp_path / "run"))
    for result in store.read_trials()[0]:
        result.trial.arm = f"../../../{EVIL}"
        path = store.write_trial(result)
        assert path.parent == store.path / "trials"
        assert re.fullmatch(r"[a-z0-9.-]+", path.name)
