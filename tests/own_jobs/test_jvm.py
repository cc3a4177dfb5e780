"""Jobs in Scala and Java without a JVM: how they are named, kept, and checked."""

from __future__ import annotations

import json
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.catalog.catalog import own_entry
from bench.cli._options import with_jars
from bench.contract import causes
from bench.contract.causes import blame_classes, first_cause, users_error
from bench.contract.jobs import JobInfo
from bench.contract.jvm import ENTRY
from bench.contract.jvm.clashes import check_jars
from bench.contract.jvm.description import bounded
from bench.contract.jvm.references import MADE, Reference, digest_of, parse
from bench.contract.own.params import JobProblem
from bench.errors import EnvironmentProblem, UsageError
from bench.runner.own_jobs import OwnJobs
from bench.runtime import compiled as service
from bench.runtime.compiled import compiled, compiled_library
from bench.runtime.interpreter import own
from tests.own_jobs.conftest import example_in

_PATHS = st.from_regex(r"/[a-z][a-z0-9 .+,:-]{0,12}", fullmatch=True)
_CLASSES = st.from_regex(r"(?:[a-z]{1,4}\.){0,2}[A-Z][A-Za-z0-9_]{0,6}", fullmatch=True)


class TestReference:
    @given(_PATHS, st.sampled_from((".scala", ".java")), st.lists(_PATHS, max_size=3))
    def test_of_a_source(self, path, suffix, jars):
        found = Reference(path + suffix, "", tuple(jars))
        assert parse(found.text) == found
        assert found.all_jars == tuple(jars)
        assert found.sources == (path + suffix,)

    @given(_PATHS, _CLASSES, st.lists(_PATHS, max_size=3))
    def test_of_a_class_in_a_jar(self, path, name, jars):
        found = Reference(f"{path}.jar", name, tuple(jars))
        assert parse(found.text) == found
        assert found.name == name.rpartition(".")[2]
        assert found.all_jars == (f"{path}.jar", *jars)
        assert found.sources == ()

    @pytest.mark.parametrize("text", ["echo", "mine.py", "./mine.py", "module:a.b", "app.jar", ""])
    def test_of_others_there_is_none(self, text):
        assert parse(text) is None

    def test_a_change_in_any_file_is_another_job(self, tmp_path):
        files = [str(tmp_path / name) for name in ("a.scala", "b.jar")]
        for file in files:
            Path(file).write_text("one")
        before = digest_of(*files)
        assert before != digest_of(files[0])
        Path(files[1]).write_text("two")
        assert digest_of(*files) != before


class TestJars:
    def test_they_follow_each_job(self):
        found = with_jars(["a.scala,app.jar:com.acme.B"], ["x.jar,y.jar", "z.jar"])
        assert found == ["a.scala|x.jar|y.jar|z.jar", "app.jar:com.acme.B|x.jar|y.jar|z.jar"]

    def test_without_them_nothing_changes(self):
        assert with_jars(["echo,mine.py"], None) == ["echo,mine.py"]
        assert with_jars(None, []) is None

    def test_a_job_that_takes_none(self):
        with pytest.raises(UsageError, match="echo is no job in Scala or Java"):
            with_jars(["echo"], ["x.jar"])
        with pytest.raises(UsageError, match="name it with --job"):
            with_jars(None, ["x.jar"])

    def test_one_that_is_not_there(self, tmp_path):
        (tmp_path / "A.scala").write_text("object A")
        with pytest.raises(UsageError, match=r"x\.jar: there is no such file; check the path"):
            OwnJobs().find(f"{tmp_path}/A.scala|{tmp_path}/x.jar")

    def test_a_jar_without_a_class(self, tmp_path):
        with pytest.raises(UsageError, match=r"app\.jar:com\.acme\.WordTotals"):
            OwnJobs().find(str(tmp_path / "app.jar"))


class TestBounds:
    def test_of_numbers(self):
        both = bounded("k", 3, "1..20", "how many", "A.scala")
        assert (both.minimum, both.maximum, both.help) == (1.0, 20.0, "how many")
        assert bounded("k", 0.5, "..1e3", "", "A.scala").maximum == 1000.0
        assert bounded("k", -1, "-5..", "", "A.scala").minimum == -5.0
        assert bounded("k", 1, "", "", "A.scala").minimum is None

    def test_of_texts(self):
        assert bounded("what", "keep", "keep|drop", "", "A.scala").choices == ("keep", "drop")

    @pytest.mark.parametrize("text", ["1-20", "from 1", "keep|drop", "a..b"])
    def test_what_is_none(self, text):
        with pytest.raises(JobProblem, match=r"A\.scala: the bounds of k are"):
            bounded("k", 3, text, "", "A.scala")


TASK = """org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 3.0 \
failed 1 times, most recent failure: Lost task 0.0 in stage 3.0 (TID 3) (host executor driver): \
java.lang.NumberFormatException: For input string: "x"
\tat java.base/java.lang.Long.parseLong(Long.java:711)
\tat scala.collection.StringOps$.toLong$extension(StringOps.scala:928)
\tat com.acme.CardTotals$.parse(CardTotals.scala:28)
\tat com.acme.CardTotals$.$anonfun$buildDStream$1(CardTotals.scala:20)
\tat scala.collection.Iterator$$anon$9.next(Iterator.scala:584)

Driver stacktrace:
\tat org.apache.spark.scheduler.DAGScheduler.failJob(DAGScheduler.scala:2844)
Caused by: java.lang.NumberFormatException: For input string: "x"
\tat com.acme.CardTotals$.parse(CardTotals.scala:28)
\t... 3 more
"""


class TestErrors:
    @pytest.fixture(autouse=True)
    def mine(self, monkeypatch):
        monkeypatch.setattr(causes, "_CLASSES", set())

    def test_in_a_task(self):
        blame_classes(["com.acme.CardTotals"])
        told = (
            "CardTotals.scala, line 28, in parse: "
            'java.lang.NumberFormatException: For input string: "x"'
        )
        assert users_error(TASK) == told
        assert first_cause(TASK) == told

    def test_in_a_lambda_and_in_a_class_beside(self):
        blame_classes(["com.acme."])
        text = "java.lang.RuntimeException: no\n\tat com.acme.x.Y.lambda$build$0(Y.java:7)\n"
        assert users_error(text) == "Y.java, line 7, in build: java.lang.RuntimeException: no"

    def test_of_others(self):
        blame_classes(["com.acme.Card"])
        assert users_error(TASK) is None


def _class(*needed: str) -> bytes:
    """A class file as far as its constant pool, which refers to classes, and holds a long."""
    pool, number = b"", 1
    for name in needed:
        pool += b"\x01" + struct.pack(">H", len(name)) + name.encode()
        pool += b"\x07" + struct.pack(">H", number)
        number += 2
    pool += b"\x05" + bytes(8) + b"\x0c" + bytes(4) + b"\x0f" + bytes(3)
    return b"\xca\xfe\xba\xbe" + bytes(4) + struct.pack(">H", number + 4) + pool


def _jar(path: Path, classes: dict[str, bytes]) -> str:
    with zipfile.ZipFile(path, "w") as jar:
        for name, data in classes.items():
            jar.writestr(f"{name}.class", data)
    return str(path)


class TestClashes:
    @pytest.fixture
    def home(self, tmp_path):
        jars = tmp_path / "jars"
        jars.mkdir()
        _jar(jars / "scala-library-2.13.18.jar", {"scala/Option": b"o", "scala/Tuple2": b"t"})
        _jar(jars / "spark-core_2.13-4.3.0.jar", {"org/apache/spark/SparkConf": b"c"})
        return str(tmp_path)

    def test_what_goes_together(self, home, tmp_path):
        one = _jar(tmp_path / "one.jar", {"a/A": _class("scala/Option", "[Lscala/Tuple2;", "a/B")})
        two = _jar(tmp_path / "two.jar", {"a/B": _class(), "scala/Option": b"o"})
        check_jars(home, [one, two], ["a.C"])

    def test_another_scala(self, home, tmp_path):
        jar = _jar(tmp_path / "app.jar", {"a/A": _class("scala/Option", "scala/Serializable")})
        with pytest.raises(JobProblem, match=r"app\.jar: a\.A needs scala\.Serializable, which "):
            check_jars(home, [jar], [])

    def test_one_class_twice(self, home, tmp_path):
        one = _jar(tmp_path / "one.jar", {"a/A": _class()})
        two = _jar(tmp_path / "two.jar", {"a/A": _class("a/B")})
        with pytest.raises(JobProblem, match=r"two\.jar: it holds .* a\.A .* one\.jar; leave one"):
            check_jars(home, [one, two], [])
        with pytest.raises(JobProblem, match=r"one\.jar: it holds .* the job itself"):
            check_jars(home, [one], ["a.A"])

    def test_a_spark_of_its_own(self, home, tmp_path):
        jar = _jar(tmp_path / "fat.jar", {"org/apache/spark/SparkConf": b"other"})
        with pytest.raises(JobProblem, match=r"fat\.jar: .*SparkConf.* spark-core_2\.13-4\.3\.0"):
            check_jars(home, [jar], [])

    def test_what_is_no_jar(self, home, tmp_path):
        (tmp_path / "app.jar").write_text("text")
        with pytest.raises(JobProblem, match="no JAR that can be read"):
            check_jars(home, [str(tmp_path / "app.jar")], [])


class TestCache:
    @pytest.fixture
    def asked(self, monkeypatch, tmp_path):
        """What compilers were asked for, in a cache of the test's own."""
        monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
        seen = []

        def ask(interpreter, java, request, timeout_s):
            seen.append(request)
            with zipfile.ZipFile(request["out"], "w") as jar:
                jar.writestr(ENTRY, json.dumps({"classes": []}))
                jar.writestr("padding", "x" * 1000)
            return {}

        monkeypatch.setattr(service, "_ask", ask)
        return seen

    def _source(self, tmp_path, name: str = "A", text: str = "object A") -> Reference:
        path = tmp_path / f"{name}.scala"
        path.write_text(text)
        return Reference(str(path), "", ())

    def test_once_each(self, require, asked, tmp_path):
        require("java")
        told: list[str] = []
        first = compiled(self._source(tmp_path), say=told.append)
        assert compiled(self._source(tmp_path), say=told.append) == first
        assert first.name.startswith("A-")
        assert first.name.endswith(MADE)
        assert len(asked) == 1
        assert told == [f"compiling A.scala for Spark {own().spark}"]
        again = compiled(self._source(tmp_path, text="object A { }"))
        assert again != first
        library = compiled_library("all", [tmp_path / "A.scala"])
        assert library not in (first, again)
        assert len(asked) == 3
        assert not list(first.parent.glob(".making-*"))

    def test_a_refusal_leaves_nothing(self, require, asked, monkeypatch, tmp_path):
        require("java")
        monkeypatch.setattr(service, "_ask", lambda *_: {"problem": "A.scala, line 1: no"})
        with pytest.raises(UsageError, match=r"A\.scala, line 1: no"):
            compiled(self._source(tmp_path))
        assert not list((tmp_path / "cache" / "jobs").glob(f"*{MADE}"))

    def test_what_was_not_used_for_longest_makes_room(self, require, asked, monkeypatch, tmp_path):
        require("java")
        jars = [compiled(self._source(tmp_path, name)) for name in ("A", "B")]
        monkeypatch.setattr("bench.contract.kept.MOST_BYTES", 3 * jars[0].stat().st_size - 1)
        compiled(self._source(tmp_path, "A"))
        compiled(self._source(tmp_path, "C"))
        assert [jar.exists() for jar in jars] == [True, False]

    def test_a_spark_without_a_compiler(self, require, asked, monkeypatch, tmp_path):
        require("java")
        (tmp_path / "jars").mkdir()
        monkeypatch.setattr(service, "_spark_home", lambda _: tmp_path)
        with pytest.raises(EnvironmentProblem, match="holds no scala-compiler"):
            compiled(self._source(tmp_path))


class TestMigration:
    @pytest.mark.parametrize(
        ("language", "name", "first", "last"),
        [
            ("scala", "CardTotals.scala", "def buildStructured(", '  frame.groupBy("card").agg('),
            ("java", "CardSums.java", "public static Dataset<Row> buildStructured(", "}"),
        ],
    )
    def test_a_side_is_the_methods_that_make_it(self, language, name, first, last):
        entry = own_entry(JobInfo("card", "Cents", "yours"), name, example_in(language))
        assert list(entry.sides) == ["dstream", "structured"]
        side = entry.sides["structured"]
        assert side.code[0].startswith(first)
        assert side.code[-1].startswith(last)
        assert side.notes.labels["Output"] == "the sums of each batch."
        assert any("perBatch(" in line for line in side.code)
        assert not any("normalise" in line for line in side.code)
