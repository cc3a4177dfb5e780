"""Jobs of users: one Python file, or installed module, that holds both sides.

It offers ``build_dstream(*lines, params)`` and ``build_structured(*lines, params)``, of which one
may be missing, and may declare what a job module of the catalogue does (``PATHS``, ``OUTPUT_MODE``,
``per_batch``, ``NEEDS``, ``CONF``), what the catalogue's table says of its jobs (``INPUTS``,
``LINES``, ``KEYS``, ``STATEFUL``), its parameters (``Params``) and ``normalise``.

A *reference* names it: the absolute path of a file, or ``module:`` and the name of a module.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import asdict
from types import ModuleType
from typing import Any

from .. import ENGINE_MODULES
from ..causes import blame, users_error
from ..jobs import OWN
from ..jvm.jobs import JvmSide
from ..jvm.jobs import info_of as made_info
from ..jvm.references import is_made
from .info import BUILDERS, MODULE, engines_of, info_of, missing, name_of, paths_of, verify_of
from .params import JobProblem, make_params

_MODULE_NAME = "sparkbench_own_job_"


def load(reference: str) -> ModuleType:
    """Import the module, once a process; raises :class:`JobProblem` for what is wrong with it."""
    known = sys.modules.get(_MODULE_NAME + name_of(reference))
    if known is not None and known.__file__ == reference:
        return known
    shown = os.path.basename(reference)
    try:
        if reference.startswith(MODULE):
            module = importlib.import_module(reference[len(MODULE) :])
            blame(module.__file__ or "", os.path.basename(module.__file__ or reference))
            return module
        blame(reference, shown)
        return _from_file(reference)
    except SyntaxError as problem:
        where = os.path.basename(problem.filename or shown)
        raise JobProblem(f"{where}, line {problem.lineno}: {problem.msg}") from None
    except FileNotFoundError:
        raise JobProblem(f"{reference} does not exist; check the path") from None
    except Exception as problem:
        said = users_error(problem) or f"{shown}: {type(problem).__name__}: {problem}"
        raise JobProblem(said) from None


def _from_file(path: str) -> ModuleType:
    name = _MODULE_NAME + name_of(path)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    # Workers cannot import it, so its functions travel to them whole.
    with contextlib.suppress(ImportError):
        importlib.import_module("pyspark.cloudpickle").register_pickle_by_value(module)
    return module


class OwnSide:
    """One side of a user's job with the looks of a job module of the catalogue."""

    def __init__(self, module: ModuleType, reference: str, engine: str) -> None:
        self._module = module
        self._info = info_of(module, reference)
        self.__name__ = module.__name__
        builder = getattr(module, BUILDERS[engine], None)
        if not callable(builder):
            raise JobProblem(missing(module, reference, engine))
        self._build = builder
        self.INPUTS = self._info.inputs
        self.PATHS = paths_of(module, engine)
        # Whatever else a job module can declare, the engine looks for in the same way.
        for name, value in vars(module).items():
            if name.isupper() and not hasattr(self, name):
                setattr(self, name, value)
        if hasattr(module, "per_batch"):
            self.per_batch = self._per_batch

    def build(self, *lines_and_params: Any, **named: Any) -> Any:
        """Call the user's function with its parameters as it wants them."""
        lines = list(lines_and_params)
        params = named["params"] if "params" in named else lines.pop()
        return self._build(*lines, params=self._params(params))

    def _per_batch(self, frame: Any, batch_id: int, params: Mapping[str, Any]) -> Any:
        return self._module.per_batch(frame, batch_id, self._params(params))

    def _params(self, values: Mapping[str, Any]) -> Any:
        return make_params(self._module, values)


def side(package: ModuleType, reference: str) -> Any:
    """The side of a user's job, as if it were a module of an engine's ``jobs`` package."""
    top = package.__name__.partition(".")[0]
    engine = next(name for name, module in ENGINE_MODULES.items() if module.startswith(top + "."))
    if is_made(reference):
        OWN[reference] = made_info(reference)
        return JvmSide(reference, engine)
    module = load(reference)
    found = OwnSide(module, reference, engine)
    OWN[reference] = info_of(module, reference)
    return found


def own_job(reference: str) -> str:
    """The reference with its path made absolute; from now on ``job_info`` knows the job."""
    if not reference.startswith(MODULE):
        reference = os.path.abspath(reference)
    if is_made(reference):
        OWN[reference] = made_info(reference)
        return reference
    OWN[reference] = info_of(load(reference), reference)
    return reference


def describe(reference: str) -> dict[str, Any]:
    """What the harness has to know of a job, JSON-ready; raises :class:`JobProblem`."""
    module = load(reference)
    engines = engines_of(module, reference)
    return {
        "info": asdict(info_of(module, reference)),
        "engines": {engine: list(paths_of(module, engine)) for engine in engines},
        "normalise": callable(getattr(module, "normalise", None)),
        "verify": verify_of(module, reference),
        "file": os.path.abspath(module.__file__ or ""),
    }


def normalise(reference: str, engine: str, batches: list[list[Any]]) -> list[Any]:
    """What the job's ``normalise`` makes of the rows of each batch, in order."""
    module = load(reference)
    rows = module.normalise(engine, batches)
    return list(rows)


def said(problem: BaseException) -> str:
    """An error of the user's code in one sentence, with its line where that is known."""
    if isinstance(problem, JobProblem):
        return str(problem)
    last = traceback.format_exception_only(type(problem), problem)[-1].strip()
    return users_error(problem) or last
