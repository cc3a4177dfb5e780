"""What assess calls broken breaks on real Spark, what it calls equal is, the table is Spark's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.assess.assessment import assess
from bench.catalog.jvm import JVM_OPERATIONS
from bench.catalog.operations import OPERATIONS
from bench.catalog.settings import BY_KEY
from scripts.proof.assessed import CORPUS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: Applications with a fault, and beside each the same without it.
BROKEN = sorted(
    file.stem.removesuffix("_mended") for file in (CORPUS / "python").glob("*_mended.py")
)
ALONE = ["gone", "checkpoint_of_spark"]
#: A checkpoint directory that any context has set holds for the SparkContext, so this one is first.
FILES = [
    "no_checkpoint",
    *(name for name in BROKEN if name != "no_checkpoint"),
    *(f"{name}_mended" for name in BROKEN),
    *ALONE,
]

#: Public in the byte code only: members private to Spark, and what logging brings.
INTERNAL = set(
    str.split(
        "LogStringContext MDC baseScope checkpointData checkpointDir checkpointDuration "
        "classTag clearCheckpointData clearMetadata conf createNewSparkContext "
        "createRDDWithLocalProperties creationSite defaultPartitioner dependencies env "
        "generateJob generatedRDDs getNewInputStreamId getOrCompute getStartSite graph "
        "initialCheckpoint initialize initializeForcefully initializeLogIfNecessary "
        "isCheckpointPresent isCheckpointingEnabled isInitialized isTimeValid isTraceEnabled "
        "kManifest log logBasedOnLevel logDebug logError logInfo logName logTrace logWarning "
        "mustCheckpoint parentRememberDuration progressListener rddToFileName remember "
        "rememberDuration restoreCheckpointData savedProperties scalaIntToJavaLong "
        "scalaToJavaLong scheduler setContext setGraph slideDuration ssc storageLevel "
        "toPairDStreamFunctions uiTab updateCheckpointData vManifest validateAtStart waiter "
        "withLogContext withNamedScope withScope zeroTime sparkContext"
    )
)


@pytest.fixture(scope="module")
def spark(spark_environ, tmp_path_factory):
    """What the driver tells; one JVM runs every application."""
    folder = tmp_path_factory.mktemp("assess")
    files = [str(CORPUS / "python" / f"{name}.py") for name in FILES]
    driver = Path(__file__).with_name("driver.py")
    done = subprocess.run(
        [sys.executable, str(driver), str(folder), *files],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | spark_environ | {"PYSPARK_PYTHON": sys.executable},
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def faults(name):
    found = assess([CORPUS / "python" / f"{name}.py"]).findings
    return [one.rule for one in found if one.change == "broken" and one.sure]


@pytest.mark.parametrize("name", [*BROKEN, "gone"])
def test_what_is_called_broken_breaks(spark, name):
    assert faults(name)
    outcome = spark["outcomes"][name]
    assert outcome["error"] or not outcome["holds"], outcome


@pytest.mark.parametrize("name", [*(f"{name}_mended" for name in BROKEN), "checkpoint_of_spark"])
def test_what_is_called_sound_does_its_work(spark, name):
    assert faults(name) == []
    assert spark["outcomes"][name] == {"error": None, "holds": True}


@pytest.mark.parametrize("owner", ["DStream", "StreamingContext", "StateSpec"])
def test_every_method_of_scala_and_java_is_in_the_table(spark, owner):
    table = {one.name for one in (*OPERATIONS, *JVM_OPERATIONS) if one.owner == owner}
    methods = set(spark["methods"][owner])
    assert methods - INTERNAL <= table
    gone = {one.name for one in JVM_OPERATIONS if one.gone}
    of_python = {one.name for one in OPERATIONS}
    assert table - methods <= gone | of_python | {"mapWithState"}
    assert not gone & methods


def test_every_setting_that_spark_defines_is_in_the_table(spark):
    assert set(spark["settings"]) <= set(BY_KEY)


def test_connectors_called_gone_are(spark):
    assert spark["missing"] == [
        "kafka.KafkaUtils",
        "flume.FlumeUtils",
        "twitter.TwitterUtils",
        "mqtt.MQTTUtils",
    ]
