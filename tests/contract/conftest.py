"""One long-lived child per engine, over all tests of the contract."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.process.orphans import end_all, marked
from bench.process.spawn import new_token
from bench.trial.engine import EngineProcess
from bench.trial.setup import engine_environment

#: Engine, path and the longest that starting or stopping it may take on a busy machine.
CASES = {
    "null": ("null", None),
    "dstream": ("dstream", "python"),
    "dstream-jvm": ("dstream", "jvm"),
    "structured": ("structured", None),
}


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[] if name == "null" else pytest.mark.slow) for name in CASES],
)
def case(request, require, tmp_path_factory) -> Iterator[tuple[EngineProcess, str | None]]:
    engine, path = CASES[request.param]
    if engine != "null":
        require("java")
    token = new_token()
    folder: Path = tmp_path_factory.mktemp(request.param)
    process = EngineProcess(
        engine,
        token=token,
        log=folder / "engine.log",
        cpus=None,
        env=engine_environment(engine),
        on_batch=lambda batch: None,
    )
    try:
        yield process, path
        assert process.exit(60), "the child did not end when told to"
        # The JVM ends when it sees that its parent has.
        deadline = time.monotonic() + 20
        while marked(token) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert marked(token) == [], "something outlived an orderly exit"
    finally:
        end_all(token, 3.0)
        process.close()
