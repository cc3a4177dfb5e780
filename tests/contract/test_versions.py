"""The contract on the oldest Spark, in short; every version and test with SPARKBENCH_LONG=1."""

from __future__ import annotations

import pytest

from bench.contract.releases import RELEASES, line_of
from bench.trial.errors import TrialUnsupported
from scripts.proof.compat import VERSIONS
from tests.contract import test_engines as engines
from tests.contract.conftest import OTHERS, running, spark_interpreter
from tests.line_server import LineServer

OLDEST = VERSIONS[0]


def test_one_version_of_each_release_line_is_tried():
    assert [line_of(version) for version in VERSIONS] == list(RELEASES)


def the_native_source_reads(engine, tmp_path):
    """Its Java is compiled against whatever Spark is there."""
    with LineServer() as server:
        engine.start("native", engines.options(server.port, None, tmp_path, source="native"), 60)
        server.send(engines.DATA)
        engines.until(engine, lambda: engines.received(engine) >= len(engines.LINES))
        engine.stop(60)


@pytest.mark.slow
@pytest.mark.skipif(bool(OTHERS), reason="the whole contract is tried on every version")
@pytest.mark.parametrize("name", ["dstream", "dstream-jvm", "structured"])
def test_the_oldest_spark_keeps_the_contract(require, tmp_path, name):
    require("java")
    interpreter = spark_interpreter(OLDEST)
    with running(name, tmp_path, interpreter) as case:
        engine, _path = case
        engines.test_every_record_is_received_processed_and_tied_to_its_batch(case, tmp_path)
        if name != "dstream-jvm":
            engines.test_the_console_shows_lines_and_the_witness_stamps_them(case, tmp_path)
        assert engine.python == interpreter.version
        if name == "structured":
            the_native_source_reads(engine, tmp_path)
            spooled = engines.options(1, None, tmp_path, source="spooled")
            with pytest.raises(TrialUnsupported, match=r"needs PySpark 4\.2 or newer.*3\.5"):
                engine.start("spooled", spooled, 60)
            realtime = engines.options(1, None, tmp_path, mode="realtime")
            with pytest.raises(TrialUnsupported, match=r"since Spark 4\.2"):
                engine.start("realtime", realtime, 60)
