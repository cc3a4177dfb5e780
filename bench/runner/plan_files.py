"""Plan files from disk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from bench.errors import UsageError
from bench.plan import named
from bench.plan.axes import Surroundings
from bench.plan.check import around_of
from bench.plan.file import read_plan_file
from bench.plan.request import Request
from bench.runner.own_jobs import OwnJobs
from bench.runner.surroundings import runtime_path

#: Where the plans lie that ship.
NAMED = Path(named.__file__).parent


def named_plans() -> tuple[str, ...]:
    """The names of the plans that ship."""
    return tuple(sorted(path.stem for path in NAMED.glob("*.toml")))


def over_file(
    request: Request, name: str | None, around: Surroundings, leave_out: Collection[str] = ()
) -> tuple[Request, str | None]:
    """``request`` over what the plan file ``name`` says, and the file's text; as it is without one.

    ``leave_out`` names axes and settings of a comparison that are not taken from it, and no
    estimate either.  Raises :class:`UsageError` as :func:`load_plan_file` does.
    """
    if name is None:
        return request, None
    around = around_of(around, request.axes.get("master", ()), request.arms)
    from_file, text = load_plan_file(name, around)
    return request.over(from_file.without(leave_out) if leave_out else from_file), text


def load_plan_file(name: str, around: Surroundings) -> tuple[Request, str]:
    """What a plan file says, and its text; files it names are looked for beside it.

    One that ships (:data:`NAMED`) goes by its name, where no file has it.

    Raises :class:`UsageError` for a file that cannot be read or is no plan.
    """
    place = NAMED / f"{name}.toml"
    try:
        found = place if name in named_plans() and not Path(name).exists() else Path(name)
        text = found.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        others = f", or name a plan that ships: {', '.join(named_plans())}"
        raise UsageError(f"--plan: {name} cannot be read ({why}); check the path{others}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name}: not UTF-8 text; save it as UTF-8") from None
    except ValueError:
        raise UsageError(f"--plan: {name!r} is not a path; check its spelling") from None
    if isinstance(around.own, OwnJobs):
        around.own.look_in(Path(name).absolute().parent)
    request = read_plan_file(text.replace("\r\n", "\n"), name, around)
    if request.runtimes:
        folder = Path(name).absolute().parent
        paths = {
            key: runtime_path(path, f"{name}: compare.runtime.{key}", folder)
            for key, path in request.runtimes.items()
        }
        request = replace(request, runtimes=paths)
    if "replay" in request.settings:
        beside = (Path(name).absolute().parent / request.settings["replay"]).absolute()
        request = replace(request, settings={**request.settings, "replay": str(beside)})
    return request, text
