"""What ``sparkbench verify`` does with its arguments."""

from __future__ import annotations

import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.cli.actions import finish as _finish
from bench.contract import DEFAULT_JOB
from bench.errors import UsageError
from bench.load.checks import check_seed
from bench.load.content.replay import ReplayFile
from bench.load.errors import ReplayError
from bench.plan.axes import AXES
from bench.plan.options import SETTINGS
from bench.plan.request import Request
from bench.results.files import atomic_write
from bench.runner.exit_codes import exit_code
from bench.runner.plan_files import over_file
from bench.runner.replays import settled
from bench.runner.surroundings import surroundings
from bench.units import parse_count
from bench.verify.outcome import DIFFERS, FAILED
from bench.verify.run import DEFAULT_SEED, default_arms, plan_verification, verify

#: Of a comparison's plan: everything but where and in what its arms run, and the job.
_NOT_VERIFIED = {*AXES, *SETTINGS} - {
    *("master", "executors", "equal", "job"),
    *("listen", "advertise"),
}


def verify_arms(
    given: Request,
    *,
    job: str | None,
    sources: tuple[str, ...],
    records: str,
    seed: str | None,
    keep: Path | None,
    as_json: bool,
    quiet: bool,
    runtimes: tuple[str, ...] = (),
    plan_file: str | None = None,
    wait: bool = False,
    replay: Path | None = None,
) -> int:
    """Verify and print; the exit code."""

    def say(words: str) -> None:
        if not quiet:
            print(words, file=sys.stderr, flush=True)

    if given.arms and sources:
        raise UsageError("--source: arms name their sources themselves; leave it out")
    number = DEFAULT_SEED if seed is None else _checked("--seed", _seed, seed)
    lines = _checked("--records", lambda text: parse_count(text, 0), records)
    around = surroundings(runtimes)
    given, _text = over_file(given, plan_file, around, _NOT_VERIFIED)
    jobs = [job] if job is not None else list(given.axes.get("job", ())) or [DEFAULT_JOB]
    if len(jobs) != 1:
        raise UsageError(f"--job: {plan_file} has {len(jobs)} jobs; name one of them, or all")
    arms = default_arms(sources) if sources or not given.arms else given.arms
    specs = plan_verification(
        arms, jobs[0], number, runtimes={**given.runtimes, **around.runtimes}, given=given
    )
    file = None if replay is None else _read(replay, say)
    if file is not None and not lines:
        raise UsageError("--records: 0 lines of a file verify nothing; give a number above 0")
    with _folder(keep) as folder:
        if file is not None and len(file) > lines:
            say(f"{file.name}: the first {lines:,} of {len(file):,} lines; --records takes more")
        found = verify(
            specs,
            seed=number,
            records=lines,
            folder=folder,
            wait=wait,
            on_event=say,
            replay=file,
        )
        text = json.dumps(found.to_dict(), indent=1)
        written = keep is None or _finish.keep(
            lambda: atomic_write(folder / "verification.json", f"{text}\n".encode())
        )
    if as_json:
        print(text)
    else:
        from bench.document.terminal import print_lines
        from bench.verify.outcome import verification_parts

        print_lines(verification_parts(found), sys.stdout)
    results = [outcome.result for outcome in found.outcomes]
    code = exit_code((r for r in results if r == FAILED), gate_failed=DIFFERS in results)
    return _finish.with_report(code, written=written)


@contextlib.contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """A folder to work in, which stays when it was asked for; :class:`UsageError` for a bad one."""
    if keep is None:
        # Not TemporaryDirectory: what cannot be removed must not hide the answer.
        folder = Path(tempfile.mkdtemp(prefix="sparkbench-verify-"))
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        return
    try:
        keep.mkdir(parents=True, exist_ok=True)
        if any(keep.iterdir()):
            raise UsageError(f"--keep: {keep} is not empty; give a new or empty directory")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        raise UsageError(f"--keep: {keep} cannot be used ({why}); choose another place") from None
    yield keep.absolute()


def _read(path: Path, say: Callable[[str], None]) -> ReplayFile:
    try:
        return ReplayFile.load(settled(str(path), say))
    except ReplayError as error:
        raise UsageError(f"--replay: {error}") from None


def _seed(text: str) -> int:
    return check_seed(parse_count(text, 0))


def _checked(where: str, read: Callable[[str], int], text: str) -> int:
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None
