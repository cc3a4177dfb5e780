"""One long-lived child per engine, over all tests of the contract."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bench.errors import EnvironmentProblem
from bench.plan.arms import parse_arm
from bench.process.orphans import end_all, marked
from bench.process.spawn import new_token
from bench.runtime.interpreter import Interpreter, own
from bench.runtime.of_arm import arm_interpreter
from bench.trial.engine import EngineProcess
from bench.trial.setup import engine_environment
from scripts.proof.compat import VERSIONS
from tests.conftest import REQUIRE_ALL
from tests.long import LONG

#: Engine and path.
CASES = {
    "null": ("null", None),
    "dstream": ("dstream", "python"),
    "dstream-jvm": ("dstream", "jvm"),
    "structured": ("structured", None),
}

#: Every other version of Spark, for a suite that may take its time.
OTHERS = VERSIONS if LONG else ()

Case = tuple[EngineProcess, str | None]


def spark_interpreter(version: str) -> Interpreter:
    """The environment for a version of Spark; skips where it cannot be made, or fails in CI."""
    try:
        return arm_interpreter(parse_arm(f"dstream:spark={version}"), "")
    except EnvironmentProblem as problem:
        if os.environ.get(REQUIRE_ALL) == "1":
            pytest.fail(f"{problem} ({REQUIRE_ALL}=1 forbids to skip)")
        pytest.skip(str(problem))


@contextlib.contextmanager
def running(
    name: str,
    folder: Path,
    interpreter: Interpreter | None = None,
    environ: Mapping[str, str] | None = None,
) -> Iterator[Case]:
    """A child with the engine of a case; it ends in good order, and nothing outlives it."""
    engine, path = CASES[name]
    token = new_token()
    process = EngineProcess(
        engine,
        token=token,
        log=folder / "engine.log",
        cpus=None,
        env={**engine_environment(engine, interpreter), **(environ or {})},
        on_batch=lambda batch: None,
        interpreter=interpreter,
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


def _params() -> Iterator[object]:
    for name in CASES:
        yield pytest.param(name, marks=[] if name == "null" else pytest.mark.slow)
    for version in OTHERS:
        if version != own().spark:
            for name in CASES:
                if name != "null":
                    yield pytest.param(f"{name}@{version}", marks=pytest.mark.slow)


@pytest.fixture(scope="module", params=_params())
def case(
    request: pytest.FixtureRequest,
    require: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Case]:
    name, _, version = request.param.partition("@")
    if name != "null":
        require("java")
    interpreter = spark_interpreter(version) if version else None
    # The archive there is for our own Spark.
    own_spark = name != "null" and not version
    environ = request.getfixturevalue("spark_environ") if own_spark else {}
    with running(name, tmp_path_factory.mktemp(name), interpreter, environ) as made:
        yield made
