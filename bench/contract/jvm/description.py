"""What a job in Scala or Java says of itself, read from its class while it is compiled."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..jobs import JobInfo, Param
from ..own.info import checked_verify
from ..own.params import JobProblem
from . import BUILDERS, JOB_CLASS

#: The one path there is.
PATH = "jvm"

#: A field of the parameters that is filled in and no parameter of the user's.
PARTITIONS = "partitions"

_NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:[eE]-?[0-9]+)?"
_RANGE = re.compile(rf"({_NUMBER})?\s*\.\.\s*({_NUMBER})?")
_DOC = re.compile(r"/\*\*(.*?)\*/", re.DOTALL)

_KINDS: dict[type, str] = {int: "a whole number", str: "a text", bool: "true or false"}


def described(jvm: Any, loader: Any, name: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The entry of the JAR; raises :class:`JobProblem` for a class that is no job.

    ``jvm`` is a view of a JVM and ``loader`` a class loader that knows the class ``name``.
    """
    shown = os.path.basename(str(request["shown"]))
    try:
        job = job_in(jvm, loader, name)
        return _entry(job, name, shown, request)
    except JobProblem:
        raise
    except Exception as problem:
        raise JobProblem(_told(problem, name, shown)) from None


def _entry(job: Any, name: str, shown: str, request: Mapping[str, Any]) -> dict[str, Any]:
    builders = {str(method): int(count) for method, count in dict(job.builders()).items()}
    if not builders:
        raise JobProblem(
            f"{shown}: {name} has no public function buildDStream(lines, params) or "
            "buildStructured(lines, params)"
        )
    if len(set(builders.values())) > 1:
        raise JobProblem(f"{shown}: its two sides take different numbers of streams")
    say = _Declared(job, shown)
    inputs = say.of("inputs", int, max(0, next(iter(builders.values()))))
    info = JobInfo(
        name.rpartition(".")[2],
        _title(request) or name.rpartition(".")[2],
        "yours",
        inputs=inputs,
        lines=say.of("lines", str, "plain"),
        keys=say.of("keys", int, 0),
        params=_params(job, say, shown),
        numbered=say.of("numbered", bool, False),
        stateful=say.of("stateful", bool, False),
        paths=(("dstream", PATH),),
    )
    mode = say.of("outputMode", str, "append")
    if mode not in ("append", "update", "complete"):
        raise JobProblem(f"{shown}: outputMode is {mode!r}; give 'append', 'update' or 'complete'")
    return {
        "class": name,
        "info": asdict(info),
        "engines": {engine: [PATH] for engine, name in BUILDERS.items() if name in builders},
        "normalise": bool(job.has("normalise")),
        "per_batch": bool(job.has("perBatch")),
        "output_mode": mode,
        "conf": {key: str(value) for key, value in say.table("conf").items()},
        "verify": checked_verify(say.table("verify"), shown, "verify"),
        "jars": [str(jar) for jar in request["jars"]],
    }


class _Declared:
    """What a class declares by name, with the type that is wanted."""

    def __init__(self, job: Any, shown: str) -> None:
        self._job = job
        self._shown = shown

    def of(self, name: str, kind: type, default: Any) -> Any:
        """A plain value; raises :class:`JobProblem` for one of another type, or below zero."""
        value: Any = self._job.declared(name)
        if value is None:
            return default
        if type(value) is not kind or (isinstance(value, int) and value < 0):
            raise JobProblem(f"{self._shown}: {name} is {value!r}; give {_KINDS[kind]}")
        return value

    def table(self, name: str) -> dict[str, Any]:
        """A map from texts to plain values."""
        value = self._job.declared(name)
        if value is None:
            return {}
        try:
            return {str(key): _plain(value[key]) for key in value}
        except TypeError:
            raise JobProblem(f"{self._shown}: {name} is {value!r}; give a Map") from None


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float, str, bool)) else {k: value[k] for k in value}


def _params(job: Any, say: _Declared, shown: str) -> tuple[Param, ...]:
    defaults = job.defaults()
    names = [str(name) for name in defaults if str(name) != PARTITIONS]
    bounds, help_ = say.table("bounds"), say.table("help")
    for name in (*bounds, *help_):
        if name not in names:
            raise JobProblem(f"{shown}: {name!r} has bounds or help, and is no parameter")
    return tuple(
        bounded(name, defaults[name], str(bounds.get(name, "")), str(help_.get(name, "")), shown)
        for name in names
    )


def bounded(name: str, default: Any, bounds: str, words: str, shown: str) -> Param:
    """A parameter by its bounds as text: ``from..to``, either of which may be missing, or words
    with bars between.
    """
    found = _RANGE.fullmatch(bounds.strip())
    if isinstance(default, str) and bounds:
        return Param(name, default, words, choices=tuple(bounds.split("|")))
    if bounds and found is None:
        raise JobProblem(
            f"{shown}: the bounds of {name} are {bounds!r}; write them as '0..100', '0..' or "
            "'..100', and of a text as 'one|other'"
        )
    low, high = (None, None) if found is None else (found[1], found[2])
    return Param(
        name,
        default,
        words,
        minimum=None if low is None else float(low),
        maximum=None if high is None else float(high),
    )


def _title(request: Mapping[str, Any]) -> str:
    """The first sentence of the first comment that is documentation."""
    sources = request["sources"]
    if not sources:
        return ""
    with open(sources[0], encoding="utf-8", errors="replace") as file:
        found = _DOC.search(file.read())
    lines = [] if found is None else [line.strip(" *\t") for line in found[1].splitlines()]
    text = " ".join(line for line in lines if line)
    return text.partition(". ")[0].rstrip(".")


def _told(problem: BaseException, name: str, shown: str) -> str:
    """A problem of the JVM with the class, in a sentence."""
    thrown = getattr(problem, "java_exception", None)
    if thrown is None:
        return f"{shown}: {problem}"
    while thrown.getCause() is not None:
        thrown = thrown.getCause()
    wrong = wrong_in(problem)
    if wrong is not None:
        return f"{shown}: {wrong}"
    kind, words = str(thrown.getClass().getName()), str(thrown.getMessage())
    if kind in ("java.lang.ClassNotFoundException", "java.lang.NoClassDefFoundError"):
        missing = words.replace("/", ".")
        if missing == name:
            return f"{shown}: it has no class {name}; check its package and spelling"
        return f"{shown}: {name} needs the class {missing}, which no JAR has; add one with --jars"
    frames = [
        frame for frame in thrown.getStackTrace() if str(frame.getClassName()).startswith(name)
    ]
    if frames and int(frames[0].getLineNumber()) > 0:
        file, line = str(frames[0].getFileName()), int(frames[0].getLineNumber())
        return f"{file}, line {line}: {kind}: {words}"
    return f"{shown}: {kind}: {words}"


def wrong_in(problem: BaseException) -> str | None:
    """The sentence of a ``Job.Wrong`` that py4j has handed on; ``None`` for anything else."""
    thrown = getattr(problem, "java_exception", None)
    if thrown is None or not str(thrown.getClass().getName()).endswith("Job$Wrong"):
        return None
    return str(thrown.getMessage())


def job_in(jvm: Any, loader: Any, name: str) -> Any:
    """The ``sparkbench.job.Job`` of class ``name``."""
    arguments = jvm.java.util.ArrayList()
    arguments.add(name)
    arguments.add(loader)
    return loader.loadClass(JOB_CLASS).getConstructors()[0].newInstance(arguments.toArray())
