"""What all tests share: pieces that must be there, run folders, and no process left behind."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, settings

from bench.errors import EnvironmentProblem
from bench.process.orphans import marked
from bench.runtime.cache import cache_dir
from bench.runtime.java import find_java
from bench.runtime.spark_env import FOLDER
from tests import tally
from tests.made_results import make_result

# Tests check behaviour; how fast a busy machine was is no finding.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A suite started in the background ignores Ctrl-C, and so would every process it starts; some
# tests send it to them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

#: Every process started from here inherits it, so that two suites on a machine keep apart.
SESSION = "SPARKBENCH_TEST_SESSION"
REQUIRE_ALL = "SPARKBENCH_REQUIRE_ALL"

Require = Callable[[str], str]


def _netcat() -> str | None:
    for name in ("nc.openbsd", "nc"):
        path = shutil.which(name)
        if path is None:
            continue
        told = subprocess.run([path, "-h"], capture_output=True, text=True, check=False)
        if "OpenBSD" in told.stderr + told.stdout:
            return path
    return None


def _java() -> str | None:
    try:
        return str(find_java().home)
    except EnvironmentProblem:
        return None


def _chromium() -> str | None:
    return shutil.which("chromium") or shutil.which("chromium-browser")


#: Piece to how it is found and how to get it.
PIECES: dict[str, tuple[Callable[[], str | None], str]] = {
    "netcat": (_netcat, "apt install netcat-openbsd"),
    "java": (_java, "apt install openjdk-17-jre-headless, or pip install 'sparkbench[java]'"),
    "chromium": (_chromium, "apt install chromium"),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The table of what the harness has survived, fit for the documentation."""
    if table := tally.table():
        terminalreporter.section("what the harness survived")
        terminalreporter.write_line(table)


@pytest.fixture(scope="session")
def require() -> Require:
    """``require("netcat")``: where the piece is; without it the test skips, or fails in CI."""

    def find(name: str) -> str:
        locate, how = PIECES[name]
        path = locate()
        if path is not None:
            return path
        reason = f"{name} is not installed ({how})"
        if os.environ.get(REQUIRE_ALL) == "1":
            pytest.fail(f"{reason}, and {REQUIRE_ALL}=1 forbids to skip")
        pytest.skip(reason)

    return find


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    """A folder for one run, empty."""
    path = tmp_path / "run"
    path.mkdir()
    return path


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The suite writes nothing into the user's cache and waits for nobody's lock.

    But for environments with other versions of Spark: those are some hundred MB to fetch each.
    """
    patch = pytest.MonkeyPatch()
    runtimes = cache_dir() / FOLDER
    runtimes.mkdir(exist_ok=True)
    cache = tmp_path_factory.mktemp("cache")
    (cache / FOLDER).symlink_to(runtimes)
    patch.setenv("SPARKBENCH_CACHE", str(cache))
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """After the last test no process of a trial is alive that this session started."""
    session = secrets.token_hex(8)
    os.environ[SESSION] = session
    yield
    deadline = time.monotonic() + 10
    while (left := _of_session(session)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for process in left:
        process.kill()
    if left:
        pytest.fail(f"processes of trials were left behind and have been ended: {left}")


def _of_session(session: str) -> list[psutil.Process]:
    found = []
    for what in marked():
        try:
            process = psutil.Process(what.pid)
            if process.environ().get(SESSION) == session:
                found.append(process)
        except psutil.Error:
            continue
    return found


@pytest.fixture
def result_of():
    """Factory: (spec, status, reasons) to a result, without running anything."""
    return make_result
