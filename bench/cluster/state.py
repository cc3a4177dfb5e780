"""What is kept of the cluster that is up: a folder in the user's cache, its secret for them alone.

``cluster.json`` says what runs, ``cluster.conf`` (mode 0600) is what its processes and the drivers
of trials read, with the secret in it.  So the secret stands in no command line and in no log.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.process.cache import cache_dir
from bench.results.files import atomic_write

_STATE, CONF = "cluster.json", "cluster.conf"
_SECRET_KEY = "spark.authenticate.secret"

MASTER, WORKER = "master", "worker"


@dataclass(frozen=True)
class Member:
    """A process of the cluster: its role, process id, and when it started (Unix seconds).

    Process ids are used again; id and start time together are not.
    """

    role: str
    pid: int
    started: float


@dataclass(frozen=True)
class Cluster:
    """A cluster as it was started: its URL, its page, what each worker offers, its processes."""

    master: str
    page: str
    token: str
    cores: int
    memory: str
    since: float
    members: tuple[Member, ...]

    @property
    def workers(self) -> list[Member]:
        """The workers."""
        return [member for member in self.members if member.role == WORKER]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Cluster:
        """Rebuild from :func:`dataclasses.asdict`."""
        members = tuple(Member(**member) for member in data["members"])
        return cls(**{**data, "members": members})


def state_dir() -> Path:
    """The folder of the cluster; there is one of each user."""
    return cache_dir() / "cluster"


def read_cluster() -> Cluster | None:
    """The cluster that was started last and not ended; ``None`` where there is none."""
    try:
        return Cluster.from_dict(json.loads((state_dir() / _STATE).read_text()))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_cluster(cluster: Cluster) -> None:
    """Keep what runs, so that another process finds it again."""
    atomic_write(state_dir() / _STATE, json.dumps(asdict(cluster), indent=1).encode())


def write_conf(settings: Mapping[str, str]) -> Path:
    """A new secret with ``settings`` in a file for Spark's processes that only its owner reads."""
    folder = state_dir()
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / CONF
    path.unlink(missing_ok=True)
    lines = {**settings, "spark.authenticate": "true", _SECRET_KEY: secrets.token_hex(32)}
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.writelines(f"{key} {value}\n" for key, value in lines.items())
    return path


def conf_of(master: str) -> Path | None:
    """The file with the secret of the cluster at ``master`` if it is ours, else ``None``."""
    cluster = read_cluster()
    return state_dir() / CONF if cluster is not None and cluster.master == master else None


def clear() -> None:
    """Remove the folder: state, secret, logs and what executors left."""
    shutil.rmtree(state_dir(), ignore_errors=True)
