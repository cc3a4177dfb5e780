"""The command line as users meet it: a process of its own, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

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
def sparkbench(environ, folder):
    """Run ``sparkbench`` with arguments; the folder it ran in is ``folder``."""

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
