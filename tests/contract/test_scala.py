"""The Scala twins as text, and the JAR they become: no Spark is started."""

from __future__ import annotations

import ast
import re
import zipfile
from pathlib import Path

import pytest

import legacy_dstream.scala
import structured.scala
from bench.contract import EngineError, Options
from bench.contract.jobs import JOBS
from bench.contract.scala_jar import is_made, jar_for, sources

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = {"legacy_dstream.scala": list(JOBS), "structured.scala": list(structured.scala.CONF)}

#: Functions of the Python side that Scala says in the language itself.
SHORTER = {"dedup": {"is_new"}, "parse_csv": {"well_quoted"}, "parse_json": {"fits"}}


def camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def functions(job: str) -> set[str]:
    tree = ast.parse((ROOT / "legacy_dstream" / "jobs" / f"{job}.py").read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize(("package", "jobs"), PACKAGES.items())
def test_every_job_has_a_file_and_a_place_in_the_table(package, jobs):
    found = sources(package)
    assert {name for name in found if name.startswith("jobs/")} == {
        f"jobs/{job}.scala" for job in jobs
    }
    table = found["jobs.scala"].decode()
    for job in jobs:
        object_name = camel(f"_{job}")
        assert f"\nobject {object_name} {{" in found[f"jobs/{job}.scala"].decode()
        assert re.search(rf'case "{job}" => .*\b{object_name}\.build\(', table), job


@pytest.mark.parametrize("job", JOBS)
def test_the_twins_have_the_same_functions(job):
    scala = sources("legacy_dstream.scala")[f"jobs/{job}.scala"].decode()
    defined = set(re.findall(r"^  def (\w+)", scala, re.MULTILINE))
    wanted = {camel(name) for name in functions(job) - SHORTER.get(job, set())}
    assert wanted <= defined, wanted - defined


def fake_spark(folder: Path) -> Path:
    """A Spark whose Scala compiler is there by name."""
    (folder / "jars").mkdir(parents=True)
    (folder / "jars" / "scala-compiler-2.13.18.jar").touch()
    return folder


def fake_java(folder: Path, script: str) -> str:
    program = folder / "java"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


#: Writes what follows -d, as the compiler does, and says that it was asked.
COMPILES = (
    'echo x >> "$(dirname "$0")/asked"; while [ "$1" != -d ]; do shift; done; echo jar > "$2"'
)


def test_it_is_compiled_once_for_each_spark(tmp_path):
    java, cache = fake_java(tmp_path, COMPILES), str(tmp_path / "cache")
    home = str(fake_spark(tmp_path / "spark"))
    assert not is_made("structured.scala", home, cache)
    jar = jar_for("structured.scala", home, java, cache)
    assert is_made("structured.scala", home, cache)
    assert jar_for("structured.scala", home, java, cache) == jar
    assert (tmp_path / "asked").read_text() == "x\n"
    other = fake_spark(tmp_path / "other")
    (other / "jars" / "spark-core_2.13-4.9.9.jar").touch()
    assert jar_for("structured.scala", str(other), java, cache) != jar


def test_what_the_compiler_says_is_one_sentence_with_its_place(tmp_path):
    java = fake_java(
        tmp_path, 'for last; do :; done; echo "$last:3: error: not found: value x"; exit 1'
    )
    home = str(fake_spark(tmp_path / "spark"))
    with pytest.raises(EngineError) as refused:
        jar_for("structured.scala", home, java, str(tmp_path / "cache"))
    assert str(refused.value) == (
        "the Scala compiler refused: records.scala:3: error: not found: value x"
    )
    assert not list((tmp_path / "cache").glob("*.jar"))


def test_without_a_compiler_or_a_java_it_says_so(tmp_path):
    (tmp_path / "jars").mkdir()
    with pytest.raises(EngineError, match="holds no scala-compiler"):
        jar_for("structured.scala", str(tmp_path), "java", str(tmp_path / "cache"))
    home = str(fake_spark(tmp_path / "spark"))
    with pytest.raises(EngineError, match="did not run"):
        jar_for("structured.scala", home, str(tmp_path / "no-java"), str(tmp_path / "cache"))


def test_a_package_in_an_archive_has_its_sources_too(tmp_path, monkeypatch):
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as archive:
        archive.writestr("zipped_scala/__init__.py", "")
        archive.writestr("zipped_scala/jobs/a.scala", "object A")
        archive.writestr("zipped_scala/b.scala", "object B")
    monkeypatch.syspath_prepend(tmp_path / "code.zip")
    assert sources("zipped_scala") == {"b.scala": b"object B", "jobs/a.scala": b"object A"}


def test_an_older_spark_has_no_transform_with_state(monkeypatch):
    options = Options((("h", 1),), 1.0, job="custom_state", path="jvm")
    monkeypatch.setattr("pyspark.__version__", "3.5.9")
    assert "came with Spark 4.0, and this is PySpark 3.5.9" in (
        structured.scala.why_not(options) or ""
    )
    monkeypatch.setattr("pyspark.__version__", "4.3.0")
    assert structured.scala.why_not(options) is None
    assert legacy_dstream.scala.ENTRY.endswith("dstream.Jobs")
