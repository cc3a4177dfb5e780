"""Where runs are: a new directory, the run a user means, the list of them."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bench.errors import UsageError
from bench.results.plan_shape import PlanShape
from bench.results.reading import read_json
from bench.results.schema import SCHEMA_VERSION, RunInfo

RUN_FILE = "run.json"
RUNS_DIR = Path("runs")


def next_run_dir(base: Path = RUNS_DIR, today: date | None = None) -> Path:
    """Make and return a new directory ``<base>/<date>-<n>``, n counting from 1.

    Making the directory is what claims the number, so two processes never get the same one.

    :raises UsageError: ``base`` cannot be made or written.
    """
    day = (today or date.today()).isoformat()
    try:
        base.mkdir(parents=True, exist_ok=True)
        for n in count(1):
            path = base / f"{day}-{n}"
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return path
    except OSError as error:
        raise UsageError(
            f"{base}: cannot make a run directory here ({error.strerror or error}); "
            "choose another place with --out."
        ) from error
    raise AssertionError("unreachable: count() does not end")


def resolve_run(text: str | Path, runs_dir: Path = RUNS_DIR) -> Path:
    """The directory a RUN argument means: a path, a name within ``runs_dir``, or ``last``.

    ``last`` is the run in ``runs_dir`` that started last.

    :raises UsageError: there is no such run.
    """
    try:
        return _resolved(text, runs_dir)
    except (OSError, ValueError) as error:  # too long a name, one with a null byte
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{str(text)[:60]!r}: not a path of a run ({why}).") from None


def _resolved(text: str | Path, runs_dir: Path) -> Path:
    path = Path(text)
    if (path / RUN_FILE).is_file():
        return path
    if str(text) == "last":
        runs, _problems = list_runs(runs_dir)
        if not runs:
            raise UsageError(
                f"last: there is no run in {runs_dir} yet; make one with `sparkbench compare`, "
                "or give the path of a run directory."
            )
        return runs[-1][0]
    if not path.is_absolute() and (runs_dir / path / RUN_FILE).is_file():
        return runs_dir / path
    if path.is_dir():
        raise UsageError(f"{path}: not a run directory, it has no {RUN_FILE}.")
    if path.exists():
        raise UsageError(f"{path}: not a run directory but a file.")
    raise UsageError(
        f"{path}: no such run directory; `sparkbench show` lists the runs in {runs_dir}."
    )


def list_runs(runs_dir: Path = RUNS_DIR) -> tuple[list[tuple[Path, RunInfo]], list[str]]:
    """The runs in ``runs_dir``, oldest first, and a sentence for each that cannot be read."""
    runs: list[tuple[Path, RunInfo]] = []
    problems: list[str] = []
    for file in sorted(runs_dir.glob(f"*/{RUN_FILE}")):
        try:
            runs.append((file.parent, read_info(file.parent)))
        except UsageError as error:
            problems.append(str(error))
    runs.sort(key=lambda run: (run[1].started_at, run[0].name))
    return runs, problems


def read_info(path: Path) -> RunInfo:
    """Read and check ``run.json`` of the run directory ``path``.

    :raises UsageError: missing, not a run, damaged, or written by a newer version.
    """
    file = path / RUN_FILE
    if not path.is_dir():
        raise UsageError(f"{path}: no such run directory.")
    if not file.is_file():
        raise UsageError(f"{path}: not a run directory, it has no {RUN_FILE}.")
    try:
        data = read_json(file)
    except ValueError as error:
        raise UsageError(f"{file}: {error}; the run cannot be used.") from error
    newer = newer_version(data)
    if newer is not None:
        raise UsageError(f"{file}: {newer}.")
    try:
        info = RunInfo.model_validate(data)
        PlanShape.model_validate(info.plan)
        return info
    except ValidationError as error:
        raise UsageError(f"{file}: not a run of sparkbench ({first_error(error)}).") from error


def newer_version(data: Any) -> str | None:
    """Why ``data`` cannot be read by this version, or ``None`` when it can."""
    version = data.get("schema_version") if isinstance(data, dict) else None
    if isinstance(version, int) and version > SCHEMA_VERSION:
        return (
            f"written by a newer sparkbench (schema {version}, this one reads up to "
            f"{SCHEMA_VERSION}); upgrade sparkbench to use it"
        )
    return None


def first_error(error: ValidationError) -> str:
    """Place and message of the first thing that is wrong, for a sentence."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}" if place else str(first["msg"])
