"""What pip's complaint means for somebody who wanted a version of Spark.  Pure."""

from __future__ import annotations

import re

from bench.contract.releases import line_of

_VERSIONS = re.compile(r"from versions: ([^)]*)\)")
_MISSING = re.compile(r"requirement (\S+)")
_OFFLINE = re.compile(
    r"connection|connect to|resolve|network|timed out|timeout|proxy|ssl|max retries", re.IGNORECASE
)


def what_failed(spark: str, said: str) -> str:
    """One sentence for what pip wrote when it could not install PySpark ``spark``."""
    what = f"No environment with PySpark {spark} could be made: "
    versions = _VERSIONS.search(said)
    if versions is not None and versions[1].strip() not in ("", "none"):
        missing = _MISSING.search(said)
        if missing is not None and not missing[1].startswith("pyspark"):
            return f"{what}the package index has no {missing[1]} for this Python."
        known = [version.strip() for version in versions[1].split(",")]
        line = [version for version in known if line_of(version) == line_of(spark)]
        near = f"of {line_of(spark)} the newest is {line[-1]}" if line else f"it has {known[-1]}"
        return f"{what}the package index has no such version; {near}."
    if versions is not None or _OFFLINE.search(said):
        return (
            f"{what}pip reaches no package index; look at the network, or name a Python that has "
            f"that PySpark with --runtime NAME=/path/to/python."
        )
    errors = [line for line in said.splitlines() if line.startswith("ERROR")]
    last = (errors or said.strip().splitlines() or ["nothing"])[-1][:300]
    return f"{what}pip said '{last.removeprefix('ERROR: ')}'."
