"""The Python that a trial's child runs in: this one, or another one with another Spark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.errors import EnvironmentProblem

#: How long an interpreter may take to answer on a busy machine.
ANSWER_S = 60.0

#: Printed as one line of JSON; ``version.py`` is read and not imported, which would take a second.
_PROBE = """
import importlib.util, json, os, re, sys
home = version = None
spec = importlib.util.find_spec("pyspark")
if spec is not None and spec.origin is not None:
    home = os.path.dirname(spec.origin)
    with open(os.path.join(home, "version.py"), encoding="utf-8") as file:
        found = re.search(r"__version__[^=]*=\\s*['\\"]([^'\\"]+)", file.read())
    version = found.group(1) if found else None
print(json.dumps({
    "python": ".".join(map(str, sys.version_info[:3])), "home": home, "spark": version,
}))
"""

#: What ``-P -m`` does.
_SAFE = (
    "import runpy, sys; del sys.path[0], sys.argv[0]; "
    "runpy.run_module(sys.argv[0], run_name='__main__', alter_sys=True)"
)

#: Variables of ours that mean nothing to another interpreter, or would put our packages or another
#: Spark in the place of its own.
_NOT_PASSED = ("PYTHONHOME", "PYTHONPATH", "SPARK_HOME", "__PYVENV_LAUNCHER__")


@dataclass(frozen=True)
class Interpreter:
    """An interpreter with a Spark in it; ``None`` for ``spark`` and ``spark_home``: none.

    ``version`` is Python's own.  ``code`` is the archive of the engines that it gets on its path;
    ``None`` is the interpreter of sparkbench itself, which has them at hand.
    """

    python: Path
    version: str
    spark: str | None
    spark_home: Path | None
    code: Path | None = None

    def command(self, module: str, *arguments: str) -> list[str]:
        """The command line that runs ``module`` in it."""
        # A folder of the same name where the user happens to stand must not win; Pythons before
        # 3.11 do not know -P.
        safe = ["-P", "-m"] if self.minor >= 11 else ["-c", _SAFE]
        return [str(self.python), *safe, module, *arguments]

    def variables(self) -> dict[str, str]:
        """What to lay over the environment of a process that runs in it."""
        if self.code is None:
            return {}
        home = {} if self.spark_home is None else {"SPARK_HOME": str(self.spark_home)}
        return {
            # The engines and nothing else: our own packages would shadow its Spark.
            "PYTHONPATH": str(self.code),
            "PYTHONNOUSERSITE": "1",
            "PYSPARK_PYTHON": str(self.python),
            "PYSPARK_DRIVER_PYTHON": str(self.python),
            **home,
        }

    @property
    def minor(self) -> int:
        """Minor version of Python 3."""
        return int(self.version.split(".")[1])


def ask(python: Path, code: Path | None = None) -> Interpreter:
    """What an interpreter says of itself; raises :class:`EnvironmentProblem` if it does not."""
    try:
        done = subprocess.run(
            [str(python), "-c", _PROBE],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=ANSWER_S,
            env=plain(os.environ) | {"PYTHONNOUSERSITE": "1"},
            check=False,
        )
        told = json.loads(done.stdout)
        home = told["home"]
        return Interpreter(
            python, told["python"], told["spark"], None if home is None else Path(home), code
        )
    except (OSError, ValueError, KeyError, TypeError, subprocess.TimeoutExpired):
        raise EnvironmentProblem(
            f"{python} does not run as a Python 3; give the path of an interpreter that does"
        ) from None


def own() -> Interpreter:
    """The interpreter of sparkbench itself, with the Spark it is installed with."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        spark: str | None = version("pyspark")
    except PackageNotFoundError:
        spark = None
    return Interpreter(Path(sys.executable), ".".join(map(str, sys.version_info[:3])), spark, None)


def plain(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what belongs to our own interpreter."""
    return {name: value for name, value in environ.items() if name not in _NOT_PASSED}
