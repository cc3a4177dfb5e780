"""``sparkbench verify`` as users meet it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.contract.jobs import JOBS
from bench.process.cache import cache_dir
from bench.verify.inputs import hostile_input
from tests.long import LONG

#: Whole trials, some seconds each.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def verify(tmp_path):
    """Run the command in a folder of its own, with a cache of its own."""
    if not LONG:
        # Real engines start faster with the class archive, where one has been made.
        (tmp_path / "classes").symlink_to(cache_dir() / "classes")

    def run(*arguments, timeout=100, **more):
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "SPARKBENCH_CACHE": str(tmp_path), **more}
        return subprocess.run(
            [sys.executable, "-P", "-m", "bench.cli", "verify", *arguments],
            capture_output=True,
            text=True,
            timeout=timeout,
            cwd=tmp_path,
            env=environ,
            check=False,
        )

    return run


def test_an_honest_engine_passes_and_everything_can_be_kept(verify, tmp_path):
    done = verify("null", "--records", "20k", "--keep", "kept", "--quiet")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "Same input, same output: 2 comparisons of 1 job agree."
    kept = tmp_path / "kept"
    assert (kept / "hostile.input").read_bytes() == hostile_input(1).data
    assert {file.name for file in kept.iterdir()} == {
        "hostile.input",
        "large.input",
        "null-echo-hostile.capture",
        "null-echo-large.capture",
        "null.log",
        "verification.json",
    }
    found = json.loads((kept / "verification.json").read_text())
    assert [one["records"] for one in found["comparisons"]][1] == 20_000


@pytest.mark.parametrize(
    ("fault", "hostile", "large"),
    [
        ("lose_record=9", "expected ", "expected "),
        ("repeat_record=9", "expected nothing, got ", "expected "),
        ("change_record=0", r"(batch N, byte order mark at the start): expected '\ufeffbegin', got "
         r"'\ufeffbegin~'", "as many as expected, but not the same ones"),
        ("swap_record=0", "record 0 (batch N, byte order mark at the start): expected ", None),
    ],
)  # fmt: skip
def test_planted_differences_are_found_and_shown(verify, fault, hostile, large):
    done = verify(f"null:conf.null.{fault}", "--records", "1000", "--json", "-", "--quiet")
    assert done.returncode == 1, done.stdout + done.stderr
    small, big = json.loads(done.stdout)["comparisons"]
    assert small["result"] == "differs"
    number = small["differences"][0].partition("(batch ")[2].split(",")[0].split(")")[0]
    assert hostile.replace("batch N", f"batch {number}") in small["differences"][0]
    if large is None:
        # Order within a batch does not show in a digest.
        assert big["result"] == "same"
    else:
        assert big["result"] == "differs"
        assert large in big["differences"][0]


def test_the_table_shows_the_first_differing_records(verify):
    done = verify("null:conf.null.lose_record=3", "--records", "0", "--seed", "5")
    assert done.returncode == 1
    assert "5,2" in done.stdout
    assert "the first 1 of 1 differences:\n    record 3 (batch " in done.stdout
    assert done.stdout.splitlines()[-1] == "1 of 1 comparison differ."
    assert "hostile input" in done.stderr


def test_an_engine_that_fails_is_no_difference(verify):
    done = verify("null:conf.null.fail_batch=0", "null", "--records", "0", "--json", "-")
    assert done.returncode == 4
    first, second = json.loads(done.stdout)["comparisons"]
    assert (first["result"], first["reason"]) == ("failed", "batch 0 failed: told to fail")
    assert second["result"] == "same"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--job", "nope"], "--job: "),
        (["--source", "kafka"], "--source: "),
        (["null", "--source", "socket"], "--source: arms name their sources themselves"),
        (["--records", "-1"], "--records: "),
        (["--seed", "x"], "--seed: "),
        (["--json", "file"], "--json: 'file' is not '-'"),
        (["nope"], "arm 'nope'"),
        (["--keep", "."], "--keep: . is not empty"),
    ],
)
def test_what_makes_no_sense_is_one_sentence(verify, tmp_path, arguments, words):
    (tmp_path / "something").touch()
    done = verify(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("sparkbench: ")
    assert words in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing_behind(tmp_path, number):
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "SPARKBENCH_CACHE": str(tmp_path)}
    environ["TMPDIR"] = str(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.cli", "verify", "null:conf.null.hang=batch"],
        stderr=subprocess.PIPE,
        text=True,
        env=environ,
    )
    try:
        for line in process.stderr:
            if "hostile input" in line:
                break
        process.send_signal(number)
        process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == 130
    # Neither folders of the child nor the one worked in; processes are the whole suite's business.
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("sparkbench-")] == []


@pytest.mark.timeout(1800)
def test_both_apis_give_the_same_output(verify, java_options):
    """Both APIs, both paths of a DStream; in `make test-all` with every job."""
    done = verify(*(["--job", "all"] if LONG else []), "--json", "-", timeout=1700)
    found = json.loads(done.stdout)
    print(done.stderr, json.dumps(found["comparisons"], indent=1))
    assert done.returncode == 0
    arms = {one["arm"] for one in found["comparisons"]}
    assert arms >= {"dstream", "dstream:path=jvm", "structured"}
    wanted = set(JOBS) if LONG else {"echo"}
    assert {one["job"] for one in found["comparisons"]} == wanted
    echoed = [one for one in found["comparisons"] if one["job"] == "echo"]
    assert {one["result"] for one in echoed} == {"same"}
    assert {one["records"] for one in echoed if one["input"] == "large"} == {200_000}
    # Cut into batches in nasty places, or there was little to see.
    assert max(one["batches"] for one in echoed if one["input"] == "hostile") >= 2


@pytest.mark.timeout(400)
def test_another_default_charset_is_reported_as_the_known_difference(verify, java_options):
    """Structured Streaming decodes with it; a locale's is overruled, as Java 18 does."""
    arm = "structured:conf.spark.driver.extraJavaOptions=-Dfile.encoding=US-ASCII"
    done = verify("dstream", arm, "--records", "0", "--json", "-", timeout=350, LC_ALL="C")
    found = json.loads(done.stdout)
    assert done.returncode == 0
    assert found["environment"]["charset"] == "UTF-8 and US-ASCII"
    dstream, structured = found["comparisons"]
    assert (dstream["result"], structured["result"]) == ("same", "known")
    assert structured["differences"][0] == (
        "record 0 (byte order mark at the start): "
        r"expected '\ufeffbegin', got '\ufffd\ufffd\ufffdbegin'"
    )
