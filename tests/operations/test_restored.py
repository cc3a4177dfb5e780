"""Whose code runs after a DStream is restored from its checkpoint: docs/operations.md."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.process.variables import inherited_variables
from bench.runtime.java import java_environment
from tests.long import at_length

pytestmark = pytest.mark.slow

MENDED = "def parse(line):\n    return int(line) if line.isdigit() else -1\n"
BROKEN = "def parse(line):\n    return int(line)\n"


@at_length
@pytest.mark.parametrize("where", ["program", "module"])
def test_mended_code_is_used_only_where_the_checkpoint_names_it(require, tmp_path, where):
    require("java")
    code = tmp_path / "code"
    code.mkdir()
    program = code / "restored.py"
    shutil.copy(Path(__file__).with_name("restored.py"), program)
    if where == "module":
        (code / "parsing.py").write_text(BROKEN)

    def run(name: str, text: str) -> str:
        done = subprocess.run(
            [sys.executable, str(program), str(tmp_path), name, text],
            env={
                **inherited_variables(),
                **java_environment(),
                "SPARK_LOCAL_IP": "127.0.0.1",
                "PYTHONPATH": os.fspath(code),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.split("\n")[-2]

    assert run("1", "1 2") == "went on"
    assert run("2", "3 bad 4") == "failed"
    if where == "module":
        (code / "parsing.py").write_text(MENDED)
        assert run("3", "5") == "went on"
        assert (tmp_path / "out").read_text().split() == ["1", "2", "3", "-1", "4", "5"]
    else:
        # The program itself is mended; what its checkpoint holds is not.
        program.write_text(program.read_text().replace("return int(line)\n", "return -1\n"))
        assert run("3", "5") == "failed"
        assert "-1" not in (tmp_path / "out").read_text()
