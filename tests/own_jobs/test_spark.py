"""A user's job on real Spark: verified like any other, its errors told as the user's."""

from __future__ import annotations

import pytest

from bench.verify.outcome import FAILED, SAME
from bench.verify.run import plan_verification, verify
from tests.long import LONG
from tests.own_jobs.conftest import example_in

ARMS = ("dstream", "structured")

#: Examples of the documentation; that in Java is the one in Scala over again.
EXAMPLES = {"card_totals.py": "python", "CardTotals.scala": "scala"}
if LONG:
    EXAMPLES["CardSums.java"] = "java"

#: Fails in a Python worker, on either side in another way.
BROKEN = '''"""Fails at the first line."""

PATHS = {"structured": ("python",)}


def look_up(line):
    known = {}
    return known[line]


def build_dstream(lines, params):
    return lines.map(look_up)


def build_structured(lines, params):
    from pyspark.sql import functions as F

    return lines.select(F.udf(look_up)("value").alias("value"))
'''


#: Fails in a task, on either side in the same way.
BROKEN_SCALA = """
import org.apache.spark.sql.DataFrame
import org.apache.spark.streaming.dstream.DStream

object Broken {
  def buildDStream(lines: DStream[String]): DStream[Int] = lines.map(number)

  def buildStructured(lines: DataFrame): DataFrame = {
    val session = lines.sparkSession
    import session.implicits._
    lines.as[String].map(number).toDF()
  }

  def number(line: String): Int =
    s"x$line".toInt
}
"""


@pytest.fixture(scope="module")
def outcomes(require, tmp_path_factory):
    require("java")
    folder = tmp_path_factory.mktemp("own")
    files = {
        **{name: example_in(language) for name, language in EXAMPLES.items()},
        "broken.py": BROKEN,
        "Broken.scala": BROKEN_SCALA,
    }
    for name, text in files.items():
        (folder / name).write_text(text)
    specs = [spec for name in files for spec in plan_verification(ARMS, str(folder / name), 1)]
    work = folder / "work"
    work.mkdir()
    told: list[str] = []
    found = verify(specs, seed=1, records=0, folder=work, on_event=told.append)
    return {(one.job, one.arm): one for one in found.outcomes}


@pytest.mark.slow
@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("job", [name.partition(".")[0] for name in EXAMPLES])
def test_the_examples_of_the_documentation_give_the_same_on_both_sides(outcomes, job, arm):
    outcome = outcomes[job, arm]
    assert outcome.result == SAME, outcome
    assert outcome.expected_records > 100
    assert outcome.batches > 1


@pytest.mark.slow
@pytest.mark.parametrize("arm", ARMS)
def test_an_error_in_a_worker_is_the_users_with_its_line(outcomes, arm):
    outcome = outcomes["broken", arm]
    assert outcome.result == FAILED
    assert "broken.py, line 8, in look_up: KeyError: " in outcome.reason


@pytest.mark.slow
@pytest.mark.parametrize("arm", ARMS)
def test_an_error_in_a_task_is_the_users_with_its_line(outcomes, arm):
    outcome = outcomes["Broken", arm]
    assert outcome.result == FAILED
    told = "Broken.scala, line 15, in number: java.lang.NumberFormatException: For input string: "
    assert told in outcome.reason
