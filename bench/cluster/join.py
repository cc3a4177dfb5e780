"""What a trial is given to run on a cluster: its share, its addresses, the secret, its code."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from shlex import quote

from bench.cluster.addresses import addresses
from bench.cluster.daemons import spark_home
from bench.cluster.state import conf_of
from bench.contract.masters import (
    CORES_MAX,
    EXECUTOR_CORES,
    EXECUTORS,
    is_local,
    is_standalone,
)
from bench.plan.spec import TrialSpec

_HOME = "spark-home"

#: What pyspark hands to ``spark-submit``.
_SUBMIT = "PYSPARK_SUBMIT_ARGS"

#: Ours on every cluster.  The first job waits until every slot asked for is there, as a receiver
#: stays where it is put.  Figures of executors come with their heartbeats, those of their
#: processes where the system has /proc.
_COMMON = {
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    "spark.executor.heartbeatInterval": "2s",
    "spark.executor.processTreeMetrics.enabled": "true",
}


def join_conf(spec: TrialSpec, slots: int) -> dict[str, str]:
    """Settings by which a cluster runs the trial in ``slots`` task slots; none for a local master.

    How many executors of a standalone cluster there are is left to its master (one on each worker
    that has room) unless the trial says; YARN and Kubernetes are asked for one.
    """
    if is_local(spec.master):
        return {}
    return {**_COMMON, **_share(spec, slots), **addresses(spec).settings}


def join_environment(spec: TrialSpec, folder: Path) -> dict[str, str]:
    """Environment variables of the driver; ``folder`` is the trial's own, and stays until its end.

    A ``local-cluster`` keeps what its executors write below the home of Spark, so it gets one whose
    other parts are links to the real one.
    """
    if is_local(spec.master):
        return {}
    variables = {"SPARK_LOCAL_IP": addresses(spec).own}
    conf = conf_of(spec.master)
    if conf is not None:
        # A standalone driver takes the secret from its settings alone (``SecurityManager.
        # initializeAuth``); those of pyspark would stand in its JVM's command line.
        given = os.environ.get(_SUBMIT, "pyspark-shell")
        variables[_SUBMIT] = f"--load-spark-defaults --properties-file {quote(str(conf))} {given}"
    if spec.master.startswith("local-cluster["):
        from bench.runtime.of_arm import interpreter_of

        real = interpreter_of(spec).spark_home or spark_home()
        variables["SPARK_HOME"] = str(_linked_home(folder / _HOME, real))
    return variables


def leave(folder: Path) -> None:
    """Remove what :func:`join_environment` made in ``folder``, once no process is left."""
    shutil.rmtree(folder / _HOME, ignore_errors=True)


def py_files(spec: TrialSpec) -> tuple[str, ...]:
    """Archives of code for Python workers that do not share this machine's ``PYTHONPATH``."""
    if is_local(spec.master) or spec.arm.engine == "null":
        return ()
    # These know trials, which know of joining.
    from bench.runtime.of_arm import interpreter_of
    from bench.runtime.shipped import code_archive

    return (str(code_archive(interpreter_of(spec))),)


def reader_host(spec: TrialSpec) -> str:
    """Where the arm's reader finds the load generator.

    A receiver of a DStream connects from an executor, Structured Streaming from the driver.
    """
    places = addresses(spec)
    return places.advertise if spec.arm.engine == "dstream" else places.own


def _share(spec: TrialSpec, slots: int) -> dict[str, str]:
    """How many slots in how many executors; the same number in each, rounded up."""
    executors = spec.executors or 1
    each = -(-slots // executors)
    if not is_standalone(spec.master):
        return {EXECUTORS: str(executors), EXECUTOR_CORES: str(each)}
    most = {CORES_MAX: str(each * executors)}
    return most if spec.executors is None else {**most, EXECUTOR_CORES: str(each)}


def _linked_home(home: Path, real: Path) -> Path:
    home.mkdir(exist_ok=True)
    for name in ("bin", "jars", "sbin", "data", "python"):
        if (real / name).exists() and not (home / name).is_symlink():
            os.symlink(real / name, home / name)
    return home
