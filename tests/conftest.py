"""What all tests share: pieces that must be there, run folders, and no process left behind."""

from __future__ import annotations

import fcntl
import os
import secrets
import shlex
import shutil
import signal
import subprocess
import time
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, settings

from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.process.orphans import marked
from bench.runtime.cds import COLLECTOR
from bench.runtime.cds_build import class_archive
from bench.runtime.java import find_java
from bench.runtime.spark_env import FOLDER
from tests import tally
from tests.forks import Forks
from tests.long import LONG, examples
from tests.made_results import make_result

# Tests check behaviour; how fast a busy machine was is no finding.
settings.register_profile(
    "untimed",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=examples(100),
)
settings.load_profile("untimed")

# A suite started in the background ignores Ctrl-C, with nohup the end of its terminal, and so
# would every process it starts; some tests send both to them.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

#: Every process started from here inherits it, so that two suites on a machine keep apart.
SESSION = "SPARKBENCH_TEST_SESSION"
REQUIRE_ALL = "SPARKBENCH_REQUIRE_ALL"

#: Set by pytest-xdist in each of its workers.
WORKER = "PYTEST_XDIST_WORKER"
#: For the JVMs of `make test`, which end before thorough compilation pays: half of their CPU time.
SHORT_LIVED = "-XX:TieredStopAtLevel=1"

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


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker's part of that table."""
    if WORKER in os.environ:
        session.config.workeroutput["survived"] = tally.seen()  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The end of a worker, told to the process it answers to."""
    tally.take(getattr(node, "workeroutput", {}).get("survived", []))


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


@pytest.fixture(scope="session")
def java_options(require: Require, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Java options for the class archive, which saves a JVM of Spark half of its start.

    Nothing in `make test-all`, so that everything runs without it too, except trials.
    """
    require("java")
    return "" if LONG else class_archive().java_options(tmp_path_factory.mktemp("java"))


@pytest.fixture(scope="session")
def spark_environ(java_options: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The same as an environment, for programs that start Spark with no Java options of theirs.

    What a killed JVM leaves behind lies in our folder, not in the system's.
    """
    folder = tmp_path_factory.mktemp("java")
    options = f"{COLLECTOR} -Djava.io.tmpdir={folder} {java_options}".strip()
    wanted = ["--conf", f"spark.driver.defaultJavaOptions={options}", "pyspark-shell"]
    return {"PYSPARK_SUBMIT_ARGS": shlex.join(wanted)}


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    """Where commands are forked from; its process starts with the first of them."""
    made = Forks()
    yield made
    made.close()


@pytest.fixture
def run_dir(tmp_path: Path) -> Path:
    """A folder for one run, empty."""
    path = tmp_path / "run"
    path.mkdir()
    return path


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For several workers, each of which gets file after file.

    First what must run alone, while nothing long is under way that it would have to wait for.  Then
    what takes long: files that wait for a paced load and files that keep the CPUs busy stand side
    by side in folders of their own, so these are mixed, alike in every process.  The many small
    ones fill the gaps at the end.
    """
    if WORKER not in os.environ:
        return
    alone, slow = (
        {item.path for item in items if item.get_closest_marker(name) is not None}
        for name in ("alone", "slow")
    )

    def order(item: pytest.Item) -> tuple[bool, bool, int]:
        mixed = zlib.crc32(item.path.name.encode()) if item.path in slow else 0
        return item.path not in alone, item.path not in slow, mixed

    items.sort(key=order)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """What is marked ``alone`` waits until the others are between two tests, and they for its end.

    The first lock is a turnstile: without it, those who may share the second would never leave it.
    """
    if WORKER not in os.environ:
        return (yield)
    alone = item.get_closest_marker("alone") is not None
    folder = item.config._tmp_path_factory.getbasetemp().parent  # type: ignore[attr-defined]
    with (folder / "turnstile").open("a") as turnstile, (folder / "running").open("a") as running:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        fcntl.flock(running, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        fcntl.flock(turnstile, fcntl.LOCK_UN)
        return (yield)


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The suite writes nothing into the user's cache and waits for nobody's lock.

    Nor do its workers wait for each other's, as nothing here is measured for its own sake.  What
    takes long to get is shared: environments with other versions of Spark, some hundred MB each,
    with the user; the class archive, two starts of a JVM, and the jobs in Scala by the workers.
    """
    runtimes = cache_dir() / FOLDER
    runtimes.mkdir(exist_ok=True)
    cache, base = tmp_path_factory.mktemp("cache"), tmp_path_factory.getbasetemp()
    classes = (base.parent if WORKER in os.environ else base) / "classes"
    scala = classes.with_name("scala")
    for folder in (classes, scala):
        folder.mkdir(mode=0o700, exist_ok=True)
    for folder in (runtimes, classes, scala):
        (cache / folder.name).symlink_to(folder)
    patch = pytest.MonkeyPatch()
    patch.setenv("SPARKBENCH_CACHE", str(cache))
    if not LONG:
        patch.setenv("JAVA_TOOL_OPTIONS", SHORT_LIVED)
    yield
    patch.undo()


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_behind() -> Iterator[None]:
    """After the last test no process of a trial is alive that this session started."""
    session = secrets.token_hex(8)
    os.environ[SESSION] = session
    # Other tests run beside; those that must not see them are marked `alone`.
    os.environ["SPARKBENCH_SHARED"] = "1"
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


@pytest.fixture(scope="session")
def browser(require: Require) -> Iterator[Any]:
    """One for all tests of a process: Playwright runs once in it at a time."""
    from playwright.sync_api import sync_playwright

    path = require("chromium")
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield launched
        launched.close()
