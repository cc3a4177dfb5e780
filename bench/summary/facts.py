"""Where and how a run was made: machine, versions, commit, date, trials."""

from __future__ import annotations

from bench.document import text
from bench.document.parts import Bullets, Code, Heading, Line, Part
from bench.summary import conduct
from bench.summary.command import again
from bench.summary.source import Source
from bench.summary.versions import versions


def run_facts(run: Source) -> dict[str, str]:
    """Name to value, in the order in which they are shown; nothing is escaped."""
    info, machine, git = run.info, run.info.environment, run.info.git
    found = {
        "Machine": f"{machine.cpu}, {machine.cpus} CPUs, "
        f"{machine.memory_bytes / 2**30:.1f} GiB, {machine.os}",
        "Versions": versions(run),
        "Commit": str(git.get("commit", "unknown"))
        + (" with local changes" if git.get("dirty") else ""),
        "Started": text.when(info.started_at),
        "Trials": f"{len(run.results)} of {info.planned_trials}, seed {info.seed}",
        "Run": f"{info.run_id}, plan {info.plan_hash[:12]}",
    }
    spent = conduct.time_share(info, run.results)
    if spent is not None:
        name, _, share = spent.partition(": ")
        found[name] = share
    return found


def run_again(run: Source) -> list[Part]:
    """The end of every document: where and how the run was made, and the command that makes it."""
    return [
        Heading("Where and how"),
        Bullets(tuple(f"{name}: {value}" for name, value in run_facts(run).items())),
        Line("To run it again:"),
        Code(text.plain(again(run.info.command))),
    ]
