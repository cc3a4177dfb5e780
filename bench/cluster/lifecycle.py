"""``up`` and ``down``: a whole cluster or none, and whole again after a worker's death."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable
from dataclasses import replace

import psutil

from bench.cluster.daemons import SETTINGS, Daemons
from bench.cluster.members import alive
from bench.cluster.page import read_page
from bench.cluster.state import (
    CONF,
    MASTER,
    Cluster,
    Member,
    clear,
    read_cluster,
    state_dir,
    write_cluster,
    write_conf,
)
from bench.contract.kept import file_lock
from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.process.orphans import end_all
from bench.process.ports import LOOPBACK, free_port, listens_here

#: Spark's usual port of a master; another one where it is taken.
PORT = 7077

_UP_S = 90.0
_GRACE_S = 5.0
_POLL_S = 0.1


def up(
    workers: int, cores: int, memory: str, on_step: Callable[[str], None] = lambda step: None
) -> Cluster:
    """Start a master and ``workers`` workers on loopback; wait until all have found each other.

    ``cores`` and ``memory`` (as Spark writes it: ``2g``) are those of each worker.  The processes
    outlive this one.  Raises :class:`EnvironmentProblem` where one is up already or it does not
    come up; nothing is left then.
    """
    with _alone():
        running = read_cluster()
        if running is not None and any(alive(member) for member in running.members):
            raise EnvironmentProblem(
                f"A cluster is up already at {running.master}; use it, or end it with "
                "'sparkbench cluster down'"
            )
        _remove(running)
        token = f"cluster-{secrets.token_hex(6)}"
        try:
            return _start(token, workers, cores, memory, on_step)
        except BaseException:
            end_all(token, 0.0)
            clear()
            raise


def down() -> list[Member]:
    """End the cluster that is up and remove what it kept; the members that were still alive.

    Executors and their Python workers end with it.  Without a cluster nothing happens.
    """
    with _alone():
        return _remove(read_cluster())


def make_whole(master: str) -> int:
    """Start a worker for each that has died of the cluster at ``master``, if it is ours; how many.

    A fault may have killed it (``kill-worker``), and the next trial is to have all slots again.
    Waits until the master knows them.  Raises :class:`EnvironmentProblem` when that takes too long.
    """
    cluster = read_cluster()
    if cluster is None or cluster.master != master:
        return 0
    with _alone():
        cluster = read_cluster()
        if cluster is None or cluster.master != master:
            return 0
        daemons = Daemons(cluster.token, state_dir() / CONF, state_dir())
        dead = [one for one in cluster.workers if alive(one) is None]
        for number, member in enumerate(cluster.workers):
            if member in dead:
                new = daemons.worker(number, LOOPBACK, master, cluster.cores, cluster.memory)
                members = tuple(new if one == member else one for one in cluster.members)
                cluster = replace(cluster, members=members)
                write_cluster(cluster)
        if dead:
            _until_known(cluster, daemons, time.monotonic() + _UP_S)
        return len(dead)


def _start(
    token: str, workers: int, cores: int, memory: str, on_step: Callable[[str], None]
) -> Cluster:
    conf = write_conf(SETTINGS)
    daemons = Daemons(token, conf, state_dir())
    port = free_port() if listens_here(PORT) is not False else PORT
    page = f"http://{LOOPBACK}:{(page_port := free_port())}"
    on_step("starting the master")
    master = daemons.master(LOOPBACK, port, page_port)
    # Written at once, so that whatever happens next, `down` finds what runs.
    cluster = Cluster("", page, token, cores, memory, time.time(), (master,))
    write_cluster(cluster)
    deadline = time.monotonic() + _UP_S
    while (found := read_page(page)) is None:
        _wait(cluster, daemons, deadline)
    cluster = replace(cluster, master=found.master)
    on_step(f"starting {workers} worker{'' if workers == 1 else 's'}")
    for number in range(workers):
        worker = daemons.worker(number, LOOPBACK, found.master, cores, memory)
        cluster = replace(cluster, members=(*cluster.members, worker))
        write_cluster(cluster)
    _until_known(cluster, daemons, deadline)
    return cluster


def _until_known(cluster: Cluster, daemons: Daemons, deadline: float) -> None:
    """Until the master says that it has all workers."""
    while (found := read_page(cluster.page)) is None or found.workers < len(cluster.workers):
        _wait(cluster, daemons, deadline)


def _wait(cluster: Cluster, daemons: Daemons, deadline: float) -> None:
    """Pause; raise where a process has ended or time is up."""
    workers = 0
    for member in cluster.members:
        name = member.role if member.role == MASTER else f"{member.role}-{workers}"
        workers += member.role != MASTER
        if alive(member) is None or time.monotonic() > deadline:
            why = "ended by itself" if alive(member) is None else "did not get ready in time"
            raise EnvironmentProblem(
                f"The {member.role} of the cluster {why}{_last_words(daemons, name)}; free memory "
                "or ask for less with --workers and --memory"
            )
    time.sleep(_POLL_S)


def _last_words(daemons: Daemons, name: str) -> str:
    """What the process said last that looks like an error."""
    with contextlib.suppress(OSError):
        lines = daemons.log_of(name).read_text(errors="replace").splitlines()
        signs = ("ERROR", "Exception", "Error:")
        words = [line.strip() for line in lines if any(sign in line for sign in signs)]
        if words:
            return f" ({words[-1][:200]})"
    return ""


def _remove(cluster: Cluster | None) -> list[Member]:
    if cluster is None:
        clear()
        return []
    found = [member for member in cluster.members if alive(member) is not None]
    # Workers first: they end their executors, and a master that is gone is a warning in their logs.
    for members in (cluster.workers, [m for m in cluster.members if m.role == MASTER]):
        _end([process for m in members if (process := alive(m)) is not None])
    end_all(cluster.token, _GRACE_S)
    clear()
    return found


def _end(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    _gone, left = psutil.wait_procs(processes, timeout=_GRACE_S)
    for process in left:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(left, timeout=_GRACE_S)


def _alone() -> contextlib.AbstractContextManager[bool]:
    """One ``up`` or ``down`` of a user at a time."""
    return file_lock(str(cache_dir() / "cluster.lock"))
