"""The master and the workers of a standalone cluster, as processes from the installed PySpark."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import psutil

from bench.cluster.state import MASTER, WORKER, Member
from bench.errors import EnvironmentProblem
from bench.process.spawn import spawn
from bench.runtime.java import java_environment

#: Their classes, and settings of theirs: no second way to submit programs, which knows nothing of
#: the secret; nobody ends applications from a web page; finished applications are cleared away.
_CLASSES = {
    MASTER: "org.apache.spark.deploy.master.Master",
    WORKER: "org.apache.spark.deploy.worker.Worker",
}
SETTINGS = {
    "spark.master.rest.enabled": "false",
    "spark.ui.killEnabled": "false",
    "spark.deploy.retainedApplications": "5",
    "spark.worker.ui.retainedExecutors": "20",
}

#: Heap of a master or worker; executors have their own.
_DAEMON_MEMORY = "512m"

#: Executors inherit it: they give way to the load generator, as the engine of a local trial does
#: (``bench.child``), where both share CPUs.
_NICENESS = ("nice", "-n", "5")


def spark_home() -> Path:
    """The folder of the installed PySpark, found without importing it.

    Raises :class:`EnvironmentProblem` where there is none.
    """
    spec = importlib.util.find_spec("pyspark")
    if spec is None or spec.origin is None:
        raise EnvironmentProblem("PySpark is not installed; run: pip install pyspark")
    return Path(spec.origin).parent


class Daemons:
    """Starts processes of one cluster: all carry one mark, read one file of settings.

    ``before`` is put before each command line, such as ``ip netns exec NAME``.
    """

    def __init__(self, token: str, conf: Path, folder: Path, before: Sequence[str] = ()) -> None:
        self._token = token
        self._conf = conf
        self._folder = folder
        self._before = tuple(before)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def master(self, host: str, port: int, page_port: int) -> Member:
        """Start a master on ``host:port`` with its page on ``page_port``."""
        arguments = ("--host", host, "--port", str(port), "--webui-port", str(page_port))
        return self._start(MASTER, MASTER, host, arguments)

    def worker(self, number: int, host: str, master: str, cores: int, memory: str) -> Member:
        """Start a worker on ``host`` that offers ``cores`` and ``memory`` to ``master``."""
        arguments = (
            *("--host", host, "--cores", str(cores), "--memory", memory, "--webui-port", "0"),
            *("--work-dir", str(self._folder / "work"), master),
        )
        return self._start(WORKER, f"{WORKER}-{number}", host, arguments)

    def log_of(self, name: str) -> Path:
        """Where a process logs."""
        return self._folder / f"{name}.log"

    def _start(self, role: str, name: str, host: str, arguments: Sequence[str]) -> Member:
        home = spark_home()
        environment = {
            **java_environment(),
            "SPARK_HOME": str(home),
            # Pages and ports bind here, and executors of a worker have its address.
            "SPARK_LOCAL_IP": host,
            "SPARK_DAEMON_MEMORY": _DAEMON_MEMORY,
            "SPARK_NO_DAEMONIZE": "1",
        }
        # It becomes the JVM itself, so that the process id stays; Spark knows what the JVM needs.
        script = home / "bin" / "spark-class"
        common = ("--properties-file", str(self._conf))
        with self.log_of(name).open("ab") as log:
            child = spawn(
                [*self._before, *_NICENESS, script, _CLASSES[role], *common, *arguments],
                token=self._token,
                env=environment,
                cwd=self._folder,
                temp_root=self._folder,
                stdout=log,
                stderr=log,
            )
        return Member(role, child.pid, psutil.Process(child.pid).create_time())
