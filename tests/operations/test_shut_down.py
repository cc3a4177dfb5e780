"""Why ``run --graceful-stop`` does not leave it to ``stopGracefullyOnShutdown``."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bench.process.variables import inherited_variables
from bench.runtime.java import java_environment
from tests.line_server import LineServer
from tests.long import at_length

pytestmark = pytest.mark.slow


@at_length
def test_a_drivers_shutdown_hook_cannot_finish_what_needs_its_python(require, tmp_path):
    require("java")
    out, log = tmp_path / "out", tmp_path / "log"
    script = Path(__file__).with_name("shut_down.py")
    with LineServer() as server, log.open("wb") as errors:
        driver = subprocess.Popen(
            [sys.executable, str(script), str(server.port), str(out)],
            env={**inherited_variables(), **java_environment(), "SPARK_LOCAL_IP": "127.0.0.1"},
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        server.send(b"first\n")
        deadline = time.monotonic() + 60
        while not (out.exists() and "first" in out.read_text()):
            assert time.monotonic() < deadline, log.read_text()[-2000:]
            time.sleep(0.1)
        # The batch has just been written: these are received before the next one is due.
        server.send(b"late\n")
        time.sleep(0.7)
        others = psutil.Process(driver.pid).children(recursive=True)
        os.kill(driver.pid, signal.SIGTERM)
        driver.wait(20)
        _gone, alive = psutil.wait_procs(others, timeout=90)
        assert not alive
    # Spark ends gracefully, without the Python that was to write: its batches fail.
    assert "late" not in out.read_text()
    assert "Error running job streaming job" in log.read_text()
