"""A driver that is killed and started again from its checkpoint, for real, on both engines.

Lines come as files: some before the kill, some right before it, some while nothing runs, and some
after the new driver has begun.
"""

from __future__ import annotations

import importlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from bench.contract.jobs import JOBS, check_params
from bench.plan.arms import parse_arm
from tests.jobs.conftest import ENGINES, Driver
from tests.load.samples import sample_lines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: Everything is remembered for longer than a slow machine needs for the whole test.
PARAMS: dict[str, dict[str, Any]] = {
    "running_wordcount": {},
    "custom_state": {},
    "dedup": {"horizon_s": 900.0},
    "sliding_inverse": {"window_s": 900.0, "slide_s": 2.0},
}
#: By its own time, each event would be in 450 windows.
WINDOWS = {"dstream": PARAMS["sliding_inverse"], "structured": {"window_s": 60.0, "slide_s": 20.0}}
STEPS, LINES = 4, 50

ALL_LINES = sample_lines("events", STEPS * LINES, keys=40, bytes_per_line=60)


class Stream:
    """A folder, a driver that reads it, and what it has written."""

    def __init__(self, engine: str, folder: Path, environ: Mapping[str, str]) -> None:
        self.engine, self.folder, self.environ = engine, folder, environ
        (folder / "input").mkdir()
        wanted = {**PARAMS, "sliding_inverse": WINDOWS[engine]}
        params = {name: check_params(JOBS[name].params, given) for name, given in wanted.items()}
        (folder / "jobs.json").write_text(json.dumps(params))
        self.given = 0
        self.start()

    def start(self) -> None:
        script, log = f"restart_{self.engine}", self.folder / "log"
        self.driver = Driver(script, self.folder, log=log, environ=self.environ)

    def add(self) -> None:
        """The next file, which appears as a whole."""
        lines = ALL_LINES[self.given * LINES : (self.given + 1) * LINES]
        file = self.folder / f"{self.given}.txt"
        file.write_text("".join(line + "\n" for line in lines))
        file.rename(self.folder / "input" / file.name)
        self.given += 1

    def batches(self, job: str) -> list[dict[str, Any]]:
        file = self.folder / f"{job}.out"
        text = file.read_text() if file.exists() else ""
        # The last line may be half written.
        return [json.loads(line) for line in text.split("\n")[:-1]]

    def rows(self, job: str, since: int = 0) -> list[list[Any]]:
        return [batch["rows"] for batch in self.batches(job)[since:]]

    def lines(self) -> Sequence[str]:
        return ALL_LINES[: self.given * LINES]

    def caught_up(self) -> bool:
        """Whether every job has said of each key what is true of all lines so far."""
        words = [word for line in self.lines() for word in line.split(" ")]
        keys = [line.split(" ")[2] for line in self.lines()]
        latest = {name: _latest(self.rows(name)) for name in ("running_wordcount", "custom_state")}
        return (
            {word: words.count(word) for word in set(words)} == _counts(latest["running_wordcount"])
            and {key: keys.count(key) for key in set(keys)} == _counts(latest["custom_state"])
            and set(keys) == {row[0] for rows in self.rows("dedup") for row in rows}
            and self.covered() == len(keys)
        )

    def covered(self) -> int:
        """How many events the last full window holds."""
        last: dict[int, dict[str, int]] = {}
        for rows in self.rows("sliding_inverse"):
            for start_ms, key, count in rows:
                last.setdefault(start_ms, {})[key] = count
        return max((sum(counts.values()) for counts in last.values()), default=0)

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 240
        while not done():
            assert self.driver.process.poll() is None, self.driver.log.read_text()[-4000:]
            assert time.monotonic() < deadline, self.driver.log.read_text()[-4000:]
            time.sleep(0.2)

    def state_is_saved(self) -> bool:
        """Whether state as of the first file is on disk, apart from the files themselves."""
        checkpoint = self.folder / "checkpoint"
        if self.engine == "dstream":
            return any(checkpoint.glob("*/rdd-*"))
        return all(any(checkpoint.glob(f"{name}/commits/[0-9]*")) for name in PARAMS)


def _latest(batches: Sequence[Sequence[Sequence[Any]]]) -> dict[str, Sequence[Any]]:
    return {row[0]: row[1:] for rows in batches for row in rows}


def _counts(latest: dict[str, Sequence[Any]]) -> dict[str, int]:
    return {key: row[0] for key, row in latest.items()}


@pytest.mark.parametrize("engine", ENGINES)
def test_state_survives_the_kill_of_the_driver(spark_environ, tmp_path, engine):
    stream = Stream(engine, tmp_path, spark_environ)
    try:
        # A DStream reads no file that was there before it.
        stream.until(lambda: engine == "structured" or bool(stream.batches("dedup")))
        stream.add()
        stream.until(stream.caught_up)
        stream.until(stream.state_is_saved)
        stream.add()
        stream.until(stream.caught_up)
        stream.driver.kill()
        before = {name: len(stream.batches(name)) for name in PARAMS}
        stream.add()
        stream.start()
        stream.until(stream.caught_up)
        stream.add()
        stream.until(stream.caught_up)
    finally:
        stream.driver.end()
    # Records: as if nothing had happened.
    reference = importlib.import_module("bench.verify.references.custom_state")
    found = reference.normalise(parse_arm(engine), stream.rows("custom_state"))
    assert sorted(found) == sorted(reference.expected([ALL_LINES], {}))
    # Keys of the first file were forgotten by nobody: none of them is new to the second driver.
    first = {line.split(" ")[2] for line in ALL_LINES[:LINES]}
    again = {row[0] for rows in stream.rows("dedup", before["dedup"]) for row in rows}
    assert again
    assert not again & first
    # Every batch of the time between was made up for, or there is one for all that came.
    ids = sorted({batch["batch"] for batch in stream.batches("running_wordcount")})
    step = 2000 if engine == "dstream" else 1
    assert ids == list(range(ids[0], ids[-1] + step, step))
