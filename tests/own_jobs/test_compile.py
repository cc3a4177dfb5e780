"""Spark's own compilers on sources that are right, and on some that are not."""

from __future__ import annotations

import pytest

from bench.errors import UsageError
from bench.runner.own_jobs import OwnJobs
from bench.runtime.compiled import compiled_library
from tests.own_jobs.conftest import example_in

pytestmark = pytest.mark.slow

NOT_FOUND = """
import org.apache.spark.streaming.dstream.DStream

object Mistaken {
  def buildDStream(lines: DStream[String]): DStream[String] = lines.mapp(_.trim)
}
"""

JAVA_MISTAKE = """
import org.apache.spark.streaming.api.java.JavaDStream;

public class Mistaken {
  public static JavaDStream<String> buildDStream(JavaDStream<String> lines) {
    return lines.filter(line -> line.length());
  }
}
"""

#: All that a job may be asked for, and an object that is none.
EVERYTHING = """
package com.acme

import org.apache.spark.sql.DataFrame
import org.apache.spark.streaming.dstream.DStream

object Everything {
  case class Params(factor: Double = 1.5, what: String = "keep", partitions: Int = 0)

  val bounds = Map("factor" -> "0..10", "what" -> "keep|drop")
  val lines = "events"
  def keys: Int = 7
  val conf = Map("spark.sql.ansi.enabled" -> "false")
  val verify = Map("records" -> 100, "params" -> Map("what" -> "drop"))

  def buildStructured(left: DataFrame, right: DataFrame, params: Params): DataFrame =
    left.union(right)
}

object Nothing { def build(x: Int): Int = x }
"""


@pytest.fixture(scope="module", autouse=True)
def cache(require, tmp_path_factory):
    require("java")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARKBENCH_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> str:
    """A JAR as a build tool makes it."""
    source = tmp_path_factory.mktemp("app") / "Everything.scala"
    source.write_text(EVERYTHING)
    return str(compiled_library("app", [source]))


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("Mistaken.scala", NOT_FOUND, r"^Mistaken\.scala, line 5, column 69: value mapp is not a"),
        ("Mistaken.java", JAVA_MISTAKE, r"^Mistaken\.java, line 6, column \d+: .*incompatible"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(write, name, text, told):
    with pytest.raises(UsageError, match=told):
        OwnJobs().find(str(write(text, name)))


def test_the_example_of_the_documentation_in_java_says_what_it_is(write):
    job = OwnJobs().find(str(write(example_in("java"), "CardSums.java")))
    assert job is not None
    assert dict(job.engines) == {"dstream": ("jvm",), "structured": ("jvm",)}
    assert job.normalise
    (least,) = job.info.params
    assert (least.name, least.default, least.minimum) == ("leastCents", 500, 0)


def test_a_class_in_a_jar_says_what_it_is(app):
    job = OwnJobs().find(f"{app}:com.acme.Everything")
    assert job is not None
    assert (job.name, dict(job.engines)) == ("Everything", {"structured": ("jvm",)})
    assert (job.info.inputs, job.info.lines, job.info.keys) == (2, "events", 7)
    factor, what = job.info.params
    assert (factor.name, factor.default, factor.minimum, factor.maximum) == ("factor", 1.5, 0, 10)
    assert (what.default, what.choices) == ("keep", ("keep", "drop"))
    assert dict(job.verify) == {"records": 100, "params": {"what": "drop"}}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("com.acme.Nothing", "com.acme.Nothing has no public function buildDStream"),
        ("com.acme.Evrything", "it has no class com.acme.Evrything; check its package"),
    ],
)
def test_a_class_that_is_no_job(app, name, told):
    with pytest.raises(UsageError, match=told):
        OwnJobs().find(f"{app}:{name}")
