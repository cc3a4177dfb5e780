"""A user's job in a plan: what it says of itself, and which version of it.  Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from bench.contract.jobs import JobInfo, Param
from bench.contract.jvm import BUILDERS as JVM_BUILDERS
from bench.contract.jvm.references import parse
from bench.contract.own.info import BUILDERS


@dataclass(frozen=True)
class OwnJob:
    """``info.name`` stands for it in cells, arms and results.

    ``reference`` is where the child finds it (``bench.contract.own.info``), ``file`` what it is
    written in and ``sha256`` the digest of that, in hex; ``engines`` maps each engine it has a side
    for to the paths of that side, the first by default.  ``normalise``: it has such a function;
    ``verify`` is what it asks of its verification (``bench.verify.checks.JobCheck``).
    """

    info: JobInfo
    reference: str
    file: str
    sha256: str
    engines: Mapping[str, tuple[str, ...]]
    normalise: bool = False
    verify: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What it is called everywhere."""
        return self.info.name

    @property
    def builders(self) -> Mapping[str, str]:
        """Engine id to what the function that builds its side is called in the job's language."""
        return BUILDERS if parse(self.reference) is None else JVM_BUILDERS

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse.

        ``numbered`` came later and is left out while false: stored plans keep their form.
        """
        data = asdict(self)
        if not self.info.numbered:
            del data["info"]["numbered"]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> OwnJob:
        """Rebuild from :meth:`to_dict`."""
        info = dict(data["info"])
        params = (
            Param(**{**one, "choices": tuple(one.get("choices", ()))}) for one in info["params"]
        )
        paths = tuple((str(engine), str(path)) for engine, path in info.get("paths", ()))
        return cls(
            JobInfo(**{**info, "params": tuple(params), "paths": paths}),
            str(data["reference"]),
            str(data["file"]),
            str(data["sha256"]),
            {engine: tuple(paths) for engine, paths in data["engines"].items()},
            bool(data.get("normalise", False)),
            dict(data.get("verify", {})),
        )


class OwnJobs(Protocol):
    """Finds users' jobs for whoever reads a plan."""

    def find(self, text: str) -> OwnJob | None:
        """The job that a text names, a path or an installed one; ``None`` if it is neither."""
        ...

    def all(self) -> tuple[OwnJob, ...]:
        """Every job found so far."""
        ...


def identity(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan's dictionary form with no more of users' jobs than name and version.

    The same job in another folder is the same plan, and so is the same runtime at another path:
    arms hold its name.
    """
    if "settings" not in plan:
        return dict(plan)
    settings = dict(plan["settings"])
    settings.pop("runtimes", None)
    if settings.get("own_jobs"):
        settings["own_jobs"] = [
            [job["info"]["name"], job["sha256"]] for job in settings["own_jobs"]
        ]
    return {**plan, "settings": settings}
