"""Jobs of users in Scala and Java: what the JVM and its driver in Python know of them.

The harness compiles such a job (``bench.child.compile``) into a JAR that also holds ``Job``,
through which a trial calls it, and what it says of itself (:data:`ENTRY`).
"""

from __future__ import annotations

#: Engine id to the member of a job that builds its side.
BUILDERS: dict[str, str] = {"dstream": "buildDStream", "structured": "buildStructured"}

#: Where a JAR holds what its job says of itself, as JSON.
ENTRY = "META-INF/sparkbench.json"

#: Java sources of ours that each such JAR holds, compiled.
SUPPORT = ("Job",)
SUPPORT_PACKAGE = "sparkbench/job"
JOB_CLASS = "sparkbench.job.Job"
