"""``sparkbench`` in a process of its own, and what must hold however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.process.orphans import marked
from bench.results.store import RunStore

ROOT = Path(__file__).resolve().parents[2]

#: A comparison of null engines whose trials take about two seconds.
COMPARE = (
    *("compare", "null", "null:conf.null.batch_s=0.01", "--out", "run"),
    *("--cores", "1", "--rate", "200", "--trigger", "50ms", "--warmup", "0s"),
    *("--duration", "400ms"),
)

#: Exit codes of a run (docs/safety.md, ``bench.runner.exit_codes``).
DOCUMENTED = {0, 1, 2, 3, 4, 130}


@dataclass
class Command:
    """One ``sparkbench``; its standard error is read line by line, so that a test can wait."""

    folder: Path
    process: subprocess.Popen[str]
    said: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)
    _threads: list[threading.Thread] = field(default_factory=list)

    def listen(self) -> None:
        for stream, lines in ((self.process.stderr, self.said), (self.process.stdout, self.out)):
            thread = threading.Thread(target=lines.extend, args=(stream,))
            thread.start()
            self._threads.append(thread)

    def trial_processes(self) -> list[int]:
        """Processes of the trial under way."""
        mark = f"{self.process.pid}-"
        return [one.pid for one in marked() if one.token.startswith(mark)]

    def wait(self, timeout_s: float = 120) -> int:
        code = self.process.wait(timeout_s)
        for thread in self._threads:
            thread.join(30)
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return code

    @property
    def told(self) -> str:
        return "".join(self.said)

    def check_end(self, codes: set[int] = DOCUMENTED) -> int:
        """Wait; documented code, no traceback, no process and no temporary folder left."""
        code = self.wait()
        assert code in codes, (code, self.told[-2000:])
        assert "Traceback" not in self.told, self.told
        assert self.trial_processes() == []
        assert list((self.folder / "tmp").glob("sparkbench-*")) == []
        return code

    def stored(self) -> list[str]:
        """Statuses of the trials on disk; every file there is whole."""
        results, problems = RunStore.open(self.folder / "run").read_trials()
        assert problems == []
        return [result.status for result in results]


Start = Callable[..., Command]


@pytest.fixture
def start(tmp_path: Path):
    """``start(*arguments, env={}, wrap=[])``: a command that ends with the test."""
    started: list[Command] = []
    (tmp_path / "tmp").mkdir()

    def run(
        *arguments: str,
        env: Mapping[str, str] | None = None,
        wrap: Sequence[str] = (),
        preexec: Callable[[], object] | None = None,
    ) -> Command:
        environ = {
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "SPARKBENCH_CACHE": str(tmp_path / "cache"),
            "TMPDIR": str(tmp_path / "tmp"),
            **(env or {}),
        }
        process = subprocess.Popen(
            [*wrap, sys.executable, "-P", "-m", "bench.cli", *arguments],
            cwd=tmp_path,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=preexec,
        )
        command = Command(tmp_path, process)
        command.listen()
        started.append(command)
        return command

    yield run
    for command in started:
        if command.process.poll() is None:
            command.process.send_signal(signal.SIGTERM)
            try:
                command.process.wait(20)
            except subprocess.TimeoutExpired:
                command.process.kill()
        command.wait()
