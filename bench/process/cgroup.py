"""The limits of the control groups we run in: those of version 1 and 2, at every level above us.

A container sees its own group as the root; a service's slice, or a batch system's job, lies below
it.  The tightest limit on the way up counts (cgroups(7); Documentation/admin-guide/cgroup-v2.rst).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
OWN = Path("/proc/self/cgroup")
#: What version 1 says where there is no limit: the largest multiple of a page.
_UNLIMITED = 1 << 60


@dataclass(frozen=True)
class Limits:
    """CPUs and bytes of memory, ``None`` without a limit; ``known`` says that we could look."""

    cpus: float | None
    memory_bytes: int | None
    known: bool


def limits(root: Path = ROOT, own: Path = OWN) -> Limits:
    """The tightest limits that hold for this process."""
    cpus, sizes, known = [], [], False
    for folder in _folders(root, own, "cpu"):
        quota, _, period = (_text(folder / "cpu.max") or "max").partition(" ")
        if quota.isdigit() and period.isdigit():
            cpus.append(int(quota) / int(period))
        quota = _text(folder / "cpu.cfs_quota_us") or ""
        period = _text(folder / "cpu.cfs_period_us") or ""
        if quota.isdigit() and period.isdigit() and int(period) > 0:
            cpus.append(int(quota) / int(period))
        known = known or (folder / "cpu.stat").is_file()
    for folder in _folders(root, own, "memory"):
        for name in ("memory.max", "memory.limit_in_bytes"):
            size = _text(folder / name) or "max"
            if size.isdigit() and int(size) < _UNLIMITED:
                sizes.append(int(size))
    return Limits(min(cpus, default=None), min(sizes, default=None), known)


def throttled_s(root: Path = ROOT, own: Path = OWN) -> float | None:
    """Seconds for which a quota of ours held us back, ``None`` where nobody tells.

    Each level counts what its own quota did; the most of them is taken, as they overlap.
    """
    found = []
    for folder in _folders(root, own, "cpu"):
        for line in (_text(folder / "cpu.stat") or "").splitlines():
            name, _, value = line.partition(" ")
            if name in ("throttled_usec", "throttled_time") and value.isdigit():
                found.append(int(value) / (1e6 if name == "throttled_usec" else 1e9))
    return max(found, default=None)


def _folders(root: Path, own: Path, controller: str) -> Iterator[Path]:
    """Our group's folder for a controller and all those above it, up to the root that we see."""
    for line in (_text(own) or "0::/").splitlines():
        _number, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":  # version 2
            top = root / "unified" if (root / "unified").is_dir() else root
        elif controller in controllers.split(","):
            top = next(
                (root / name for name in (controllers, controller) if (root / name).is_dir()), root
            )
        else:
            continue
        place = top / path.strip("/")
        # In a container the path may be the host's, of which only the root is to be seen.
        place = place if place.is_dir() else top
        while True:
            yield place
            if place == top or top not in place.parents:
                break
            place = place.parent


def _text(path: Path) -> str | None:
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
