"""A disk that takes no more: one sentence, exit code 3, and everything stored before is whole."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import subprocess
import time
from pathlib import Path

import pytest

from bench.results.store import RunStore
from tests.survive.conftest import COMPARE, DOCUMENTED
from tests.tally import KILLS, LONG, SEED, survived

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60 + 30 * KILLS)]


@pytest.fixture
def small_disk(tmp_path):
    """A file system with room for 40 files and no more, where mounting is permitted."""
    place = tmp_path / "disk"
    place.mkdir()
    # Files are what it is short of: bytes would have to be there to be used up.
    mount = ["mount", "-t", "tmpfs", "-o", "size=1g,nr_inodes=40", "tmpfs", str(place)]
    with contextlib.suppress(FileNotFoundError):
        if subprocess.run(mount, capture_output=True, check=False).returncode == 0:
            yield place
            subprocess.run(["umount", "-l", str(place)], check=True)
            return
    pytest.skip("mounting is not permitted here")


def fill(place: Path) -> None:
    """Use up what the file system has left."""
    (place / "full").mkdir(exist_ok=True)
    with contextlib.suppress(OSError):
        for number in range(1000):
            (place / "full" / str(number)).touch()


def check_stored(run: Path, said: str) -> int:
    """Every trial reported as ended is there; the number of them."""
    if not (run / "run.json").exists():
        return 0
    results, problems = RunStore.open(run).read_trials()
    assert problems == []
    ended = [line for line in said.splitlines() if line.startswith("[") and "] ok" in line]
    assert len(results) >= len(ended)
    return len(results)


def test_the_disk_fills_up_at_a_random_moment(start, small_disk):
    rng = random.Random(SEED)
    for _number in range(max(1, KILLS // 4)):
        run = small_disk / "run"
        arguments = [str(run) if word == "run" else word for word in COMPARE]
        command = start(*arguments, "--rounds", "4" if LONG else "60")
        while not any("into" in line for line in command.said):
            assert command.process.poll() is None, command.told
            time.sleep(0.02)
        time.sleep(rng.uniform(0.0, 8.0 if LONG else 2.0))
        fill(small_disk)
        code = command.check_end({3})
        assert "No space left on device" in command.told
        check_stored(run, command.told)
        # With room again it goes on where it was, and ends well.
        subprocess.run(["rm", "-rf", str(small_disk / "full")], check=True)
        if LONG and (run / "run.json").exists():
            again = start("compare", "--resume", str(run))
            again.check_end({0, 4})
        subprocess.run(["rm", "-rf", str(run)], check=True)
        survived("disk full (no more files)", f"exit code {code}, results kept")


def test_no_file_may_grow_beyond_a_random_size(start, tmp_path):
    """The kernel's limit on a file's size, where nothing can be mounted: EFBIG for ENOSPC."""
    rng = random.Random(SEED)
    sizes = [4000] if KILLS == 1 else [rng.randrange(0, 60_000) for _ in range(max(1, KILLS // 4))]
    for number, size in enumerate(sizes):
        run = f"run-{number}"

        def limit(most: int = size) -> None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

        arguments = [run if word == "run" else word for word in COMPARE]
        # Bytecode that cannot be written would be torn for those who come after us.
        command = start(
            *arguments, "--rounds", "2", env={"PYTHONDONTWRITEBYTECODE": "1"}, preexec=limit
        )
        code = command.check_end(DOCUMENTED - {130})
        check_stored(tmp_path / run, command.told)
        if size <= 4000:
            assert code == 3
        survived("disk full (no file may grow)", f"exit code {code}, results kept")


def test_it_is_refused_where_there_is_no_room_at_all(start, tmp_path, monkeypatch):
    """Before anything is written, where the disk says how little it has."""
    place = tmp_path / "tiny"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("mounting is not possible here")
    if done.returncode != 0:
        pytest.skip("mounting is not permitted here")
    try:
        arguments = [str(place / "run") if word == "run" else word for word in COMPARE]
        command = start(*arguments, "--rounds", "2")
        assert command.check_end() == 3
        assert "MB free" in command.told
        assert os.listdir(place) == []
        survived("disk full (at the start)", "exit code 3, nothing written")
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
