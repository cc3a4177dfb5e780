"""Every scenario through both engines, in one JVM each."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from bench.process.orphans import end_all
from bench.process.spawn import MARK, new_token
from bench.trial.setup import engine_environment
from tests.jobs.scenarios import SCENARIOS

DRIVERS = Path(__file__).parent / "drivers"
ENGINES = ("dstream", "structured")

#: Scenario to what each batch wrote.
Written = dict[str, list[Any]]


@pytest.fixture(scope="session")
def written(spark_environ, tmp_path_factory) -> dict[str, Written]:
    """Engine to scenario to rows of each batch."""
    folder = tmp_path_factory.mktemp("jobs")
    file = folder / "scenarios.json"
    file.write_text(json.dumps(SCENARIOS))
    return {
        engine: _run(engine, file, folder / f"{engine}.json", spark_environ) for engine in ENGINES
    }


def _run(engine: str, scenarios: Path, results: Path, environ: Mapping[str, str]) -> Written:
    log = results.with_suffix(".log")
    driver = Driver(f"batches_{engine}", scenarios, results, log=log, environ=environ)
    try:
        assert driver.process.wait(280) == 0, driver.log.read_text()[-4000:]
    finally:
        driver.end()
    calls = {file.name: file.stat().st_size for file in results.parent.glob("*.inverse")}
    return {**json.loads(results.read_text()), "inverse calls": calls}


class Driver:
    """A driver program of ``drivers`` with its JVM and workers, in a process group of its own."""

    def __init__(
        self, script: str, *arguments: object, log: Path, environ: Mapping[str, str]
    ) -> None:
        self.log = log
        self._token = new_token()
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(DRIVERS / f"{script}.py"), *map(str, arguments)],
                env={
                    **os.environ,
                    **engine_environment("structured"),
                    **environ,
                    "PYSPARK_PYTHON": sys.executable,
                    MARK: self._token,
                },
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def kill(self) -> None:
        """SIGKILL to the driver and its JVM, as when the machine fails; then what is left."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)
        end_all(self._token, 0.0)

    def end(self) -> None:
        """Leave nothing behind."""
        if self.process.poll() is None:
            self.kill()
        end_all(self._token, 3.0)
