"""Ctrl-C in the middle of a real run, of the engine without Spark."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import psutil
import pytest

from bench.results.store import RunStore
from tests.tally import survived

#: Whole runs, some seconds each.
pytestmark = pytest.mark.slow


def test_what_finished_is_saved_and_reported(environ, folder):
    command = [
        *(sys.executable, "-P", "-m", "bench.cli", "compare", "null", "--out", "run"),
        *("--cores", "1", "--trigger", "100ms", "--duration", "800ms", "--warmup", "0s"),
        *("--rounds", "500", "--json", "-"),
    ]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder, env=environ
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stderr:
            # Of so many or more: on a busy machine a round may have been replaced by then.
            if line.startswith("[2/") and " null" in line:
                break
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.splitlines()[-2] == "interrupted; what finished is kept"
    assert err.splitlines()[-1].startswith("Measured windows: ")
    stored, problems = RunStore.open(folder / "run").read_trials()
    assert problems == []
    assert [result.trial.number for result in stored] == [1]
    assert [trial["trial"]["number"] for trial in json.loads(out)["trials"]] == [1]
    assert (folder / "run" / "report" / "report.md").is_file()
    assert [process for process in psutil.process_iter() if has(process, environ)] == []
    survived("run asked to end (SIGINT)", "exit code 130, results kept")


def has(process, environ):
    """Whether a process inherited our environment, known by its cache folder."""
    try:
        return process.environ().get("SPARKBENCH_CACHE") == environ["SPARKBENCH_CACHE"]
    except psutil.Error:
        return False
