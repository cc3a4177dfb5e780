"""The native source inside Spark, as a user has it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.process.orphans import end_all
from bench.process.spawn import MARK, new_token
from bench.trial.setup import engine_environment
from structured.native import build
from structured.spooled.options import describe

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
JAVA = ROOT / "structured" / "native"
CUTOVER = (ROOT / "docs" / "migration" / "cutover.md").read_text(encoding="utf-8")
LONG_S = 560.0

#: Whoever comes first pays for the whole session.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def day(spark_environ, tmp_path_factory):
    """What each step of the script found, by its name; all in one session."""
    return found_by_user(tmp_path_factory.mktemp("native"), spark_environ)


@pytest.fixture(scope="module")
def cluster(spark_environ, tmp_path_factory):
    """The same of some steps where tasks run in two executors."""
    folder = tmp_path_factory.mktemp("native-cluster")
    return found_by_user(folder, spark_environ, "local-cluster[2,1,1024]")


def found_by_user(folder, spark_environ, *master):
    token = new_token()
    env = {**os.environ, **engine_environment("structured"), **spark_environ, MARK: token}
    # Not this user's: the files are to be compiled.
    env |= {"PYTHONPATH": str(ROOT), "SPARKBENCH_CACHE": str(folder / "cache")}
    try:
        with (folder / "log").open("wb") as log:
            done = subprocess.run(
                [sys.executable, str(HERE / "spark_user.py"), str(folder), *master],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=env,
                cwd=folder,
                timeout=LONG_S,
                check=False,
            )
    finally:
        end_all(token, 0.0)
    found = {"said": done.stdout}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            found.update(json.loads(line))
    assert done.returncode == 0, (folder / "log").read_text()[-3000:]
    return found


@pytest.mark.slow
def test_bytes_become_lines_as_java_reads_them(day):
    found = day["every_kind_of_bytes"]
    assert found.get("same"), found
    assert found["partitions"] > 10


@pytest.mark.slow
def test_a_torn_line_is_counted_aside_and_joined_to_nothing(day):
    found = day["a_peer_that_goes"]
    assert found.get("lines") == ["one", "two", "three"], found
    # Connections, ended, reset, fragments, bytes of these.
    assert found["status"] in (["2", "1", "1", "1", "4"], ["3", "1", "1", "1", "4"])
    assert found["after"] == []


@pytest.mark.slow
def test_limits_hold_and_a_line_beyond_the_limit_is_a_batch(day):
    found = day["limits"]
    assert found.get("records", {}).get("same"), found
    assert found["bytes"]["same"]
    assert found["records"]["records"] == 10
    assert found["bytes"]["bytes"][1] == 101
    assert 40 < found["bytes"]["bytes"][0] <= 50


@pytest.mark.slow
def test_a_server_that_is_too_fast_waits_and_loses_nothing(day):
    found = day["too_fast"]
    assert found.get("same"), found
    # The buffers of both ends of a connection on loopback hold some megabytes.
    assert found["waited_at"] < found["all"] / 2


@pytest.mark.slow
def test_a_union_with_state_counts(day):
    assert day["two_sockets"] == {"same": True}


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["real_time", "continuous"])
def test_row_by_row_each_record_comes_once_and_soon(day, mode):
    found = day[mode]
    assert found.get("same"), found
    assert found["batches"] >= 3
    # Micro-batches take some hundred.
    assert found["p50_ms"] < 50
    assert "its lines were in memory" in found["again"]
    assert "are of micro-batches" in found["limited"]


@pytest.mark.slow
def test_continuous_mode_goes_on_from_a_spool(day):
    assert day["continuous"].get("spool"), day["continuous"]


@pytest.mark.slow
def test_the_documentation_says_which_mode_goes_on_where_another_stopped(day):
    said = re.findall(r"^\| (\w+ to \w+(?:, prepared)?) \| ([^|:]*)", CUTOVER, re.MULTILINE)
    told = {change: text.replace("`", "").removesuffix(" is null").strip() for change, text in said}
    assert told == day["modes_on_one_checkpoint"]


@pytest.mark.slow
def test_a_spool_holds_the_bytes_of_the_spooled_source_and_either_reads_it(day):
    found = day["one_format"]
    assert found.get("same"), found
    assert found["partitions"] > 10
    assert found["files"] > 5
    assert found["held"]
    assert found["bytes"]
    assert found["python reads"]
    assert found["native reads"]
    # Ended, reset, error.
    assert found["status"][2:] == [1, 0, None]


@pytest.mark.slow
def test_a_torn_file_is_mended_as_the_spooled_source_does(day):
    whole = {"bytes": True, "records": True}
    assert day["torn_files"] == {
        "half": {**whole, "fragments": [1, 4]},
        "whole": {**whole, "fragments": [0, 0]},
        "long": {**whole, "fragments": [1, 70_000]},
    }


@pytest.mark.slow
def test_files_are_deleted_when_their_batches_are_committed(day):
    assert day["deleting"] == {"batches": True, "first": True}


@pytest.mark.slow
def test_real_time_mode_goes_on_from_a_spool(day):
    found = day["real_time_again"]
    assert found.get("first"), found
    # Whether a batch has ended just before the stop.
    assert found["again"] in (200, 300)
    assert found["second"]
    assert found["then"]


@pytest.mark.slow
def test_a_spool_that_cannot_be_is_said_in_one_sentence(day):
    said = day["spool_failures"]
    assert "means nothing without a spool" in said.get("option", ""), said
    assert "'often' is none of none, batch, always" in said["word"]
    assert "cannot be made or written" in said["place"]
    assert re.search(r"is being read by process \d+ on .*: stop that query", said["held"])
    for how in ("python", "twice", "after"):
        assert f"is being read by process {said['jvm']} on " in said[how], how
    assert "the checkpoint belongs to the spool" in said["foreign"]
    assert re.search(r"the spool file .* lacks \d+ bytes", said["cut"])
    assert "bytes ahead of the spool" in said["ahead"]
    assert re.search(r"goes back \d+ bytes before what the spool", said["behind"])
    assert "is not at a line's end" in said["changed"]
    assert re.search(r"^the spool file .* is gone", said["gone"])
    assert "its spool.json is missing" in said["bare"]


@pytest.mark.slow
def test_what_goes_wrong_is_said_in_one_sentence(day):
    said = day["failures"]
    assert "did you mean 'maxMemoryBytes'?" in said["option"], said
    assert "needs the server's port" in said["port"]
    assert "'lots' is not a size" in said["size"]
    assert "exclude each other" in said["both"]
    assert "no connection to 127.0.0.1:1 within 0.1 s" in said["nobody"]
    assert "in memory that is nothing" in said["available"]
    assert "sent a line of more than 1k bytes" in said["long"]
    assert "a line is not UTF-8: 'bad " in said["strict"]
    assert "its lines were in memory" in said["again"]


@pytest.mark.slow
def test_executors_of_a_cluster_get_the_lines_from_the_driver(cluster):
    found = cluster["in_other_processes"]
    assert found.get("same"), found
    assert found["partitions"] > 1
    # Its task ran again elsewhere.
    assert found["killed"]
    # Twenty were sent; two batches are not committed yet, each in the driver and in an executor.
    assert 1 <= found["held"] <= 6


@pytest.mark.slow
def test_row_by_row_an_executor_is_connected_until_the_query_ends(cluster):
    found = cluster["rows_in_an_executor"]
    alone = {"again": False, "closed": True}
    assert (found.get("real"), found.get("continuous")) == (alone, alone), found
    shown = re.findall(r"^\|line (\d+) *\|$", cluster["said"], re.MULTILINE)
    assert list(map(int, shown)) == [*range(300), *range(300)]
    assert "a spool is the driver's" in found["spool"]
    # Though the task was tried again, which may not connect as if nothing had been lost.
    assert "no connection to 127.0.0.1:1 " in found["nobody"]


@pytest.mark.slow
def test_it_is_compiled_once(day):
    assert day["kept_jar"] == {"same": True}


@pytest.mark.slow
def test_the_documentation_names_every_option(day):
    page = (ROOT / "docs" / "native.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+) \|$", page, re.MULTILINE)
    assert [list(row) for row in rows] == day["options"]


@pytest.mark.slow
def test_options_of_both_sources_have_one_default(day):
    mine = {name: default for name, default, _meaning in day["options"]}
    theirs = {name: default for name, default, _meaning in describe()}
    shared = mine.keys() & theirs.keys()
    assert {"durability", "maxSpoolBytes", "segmentBytes", "retainBatches"} < shared
    assert {name: mine[name] for name in shared} == {name: theirs[name] for name in shared}


def test_every_java_file_is_compiled():
    names = {str(file.relative_to(JAVA).with_suffix("")) for file in JAVA.rglob("*.java")}
    assert names == {*build.FILES, *build.OPTIONAL_FILES}


def test_no_private_method_is_synchronized():
    """Janino makes them static, so that they lock the class and not the object."""
    for file in JAVA.rglob("*.java"):
        assert not re.search(r"private (static )?synchronized", file.read_text("utf-8")), file.name


@pytest.mark.skipif(shutil.which("javac") is None, reason="needs a compiler of a JDK")
def test_a_jdk_s_compiler_takes_the_files_too(tmp_path):
    import pyspark

    jars = Path(pyspark.__file__).parent / "jars" / "*"
    # Spark opens it to its JVMs; javac asks at compile time.
    opened = ["--add-exports", "java.base/sun.nio.ch=ALL-UNNAMED"]
    command = ["javac", "-proc:none", "-nowarn", *opened, "-cp", str(jars), "-d", str(tmp_path)]
    done = subprocess.run(
        [*command, *map(str, JAVA.rglob("*.java"))], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
