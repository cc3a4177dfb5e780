"""The command line as users meet it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.long import LONG

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture
def environ(tmp_path):
    """An environment in which our code is found from anywhere, with a cache of its own."""
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SPARKBENCH_CACHE": str(tmp_path / "cache"),
    }


@pytest.fixture
def folder(tmp_path):
    """An empty working folder."""
    path = tmp_path / "work"
    path.mkdir()
    return path


@pytest.fixture
def started(environ, folder):
    """Run ``sparkbench`` with arguments in an interpreter started for it."""

    def run(*arguments, timeout_s=60, **more):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bench.cli", *arguments],
            capture_output=True,
            text=True,
            timeout=timeout_s,
            cwd=folder,
            env={**environ, **more},
            check=False,
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def sparkbench(started, forks, environ, folder):
    """Run ``sparkbench`` with arguments; the folder it ran in is ``folder``.

    A process of its own in any case: in `make test` one that is forked from where the imports are
    done (see ``forks``), in `make test-all` a new interpreter.
    """
    if LONG:
        return started

    def run(*arguments, timeout_s=60, **more):
        env = {**environ, **more}
        done = forks.run(arguments, cwd=folder, env=env, timeout_s=timeout_s)
        return Answer(done.returncode, done.stdout, done.stderr)

    return run
