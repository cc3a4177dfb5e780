"""What the master's page says of the cluster (``/json`` of ``MasterWebUI``)."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Load:
    """Workers that are alive, their task slots and memory (MiB), and what of it is in use."""

    master: str
    workers: int
    cores: int
    cores_used: int
    memory_mib: int
    memory_used_mib: int
    applications: tuple[str, ...]


def read_page(page: str, timeout_s: float = 2.0) -> Load | None:
    """What the page at ``http://host:port`` says; ``None`` while nobody answers there."""
    # A proxy of the user's has no business on a loopback address.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{page}/json/", timeout=timeout_s) as answer:
            return _load(json.load(answer))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _load(data: dict[str, Any]) -> Load:
    return Load(
        master=str(data["url"]),
        workers=int(data["aliveworkers"]),
        cores=int(data["cores"]),
        cores_used=int(data["coresused"]),
        memory_mib=int(data["memory"]),
        memory_used_mib=int(data["memoryused"]),
        applications=tuple(str(one["name"]) for one in data["activeapps"]),
    )
