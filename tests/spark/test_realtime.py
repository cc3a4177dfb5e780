"""Real-time and continuous mode on real Spark: one session, batches of half a second."""

from __future__ import annotations

import re
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.contract import ledger
from bench.contract.chunks import FILE_KEY
from bench.contract.jobs import JOBS
from bench.measure.ranges import range_breaks
from bench.plan.arms import parse_arm
from bench.plan.jobs import job_params
from bench.plan.spec import Settings
from bench.results.chunks import decode
from bench.trial.errors import TrialUnsupported
from bench.trial.rows import RowTimes
from bench.trial.setup import stream_options
from scripts.proof.accuracy import measure_case
from scripts.proof.session import open_session
from tests.line_server import LineServer
from tests.trial.conftest import spec

pytestmark = pytest.mark.slow

JAVA = "spark.driver.defaultJavaOptions"
DOCS = Path(__file__).parents[2] / "docs"
BATCH_S = 0.5


@pytest.fixture(scope="module")
def session(java_options, tmp_path_factory):
    with open_session("structured", tmp_path_factory.mktemp("realtime")) as opened:
        opened.engine.java_options = java_options
        yield opened


@pytest.fixture
def engine(session):
    return session.engine


@pytest.fixture
def server():
    with LineServer() as one:
        yield one


def options(engine, ports, folder, **changes):
    folder.mkdir(exist_ok=True)
    given = {"arm": parse_arm("structured:mode=realtime"), "cores": 3, "partitions": 2, **changes}
    made = stream_options(
        spec(streams=len(ports), **given), ports, BATCH_S, folder, "stream", batch_s=BATCH_S
    )
    java = f"{made.conf[JAVA]} {engine.java_options}"
    return replace(made, conf={**made.conf, JAVA: java})


@pytest.fixture(params=["realtime", "continuous"])
def arm(request):
    """Of either mode that writes row by row."""
    return parse_arm(f"structured:mode={request.param}")


def until(engine, done):
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline, engine.batches
        engine.pump(0.05)


def processed(batches):
    return [batch.processed_records or 0 for batch in batches]


def events(count):
    """Lines of the kind ``events``, a key in ten."""
    return b"".join(b"%012d %d key%d %d\n" % (n, 1000 * n, n % 10, n) for n in range(count))


def test_each_record_is_timed_by_itself_and_counted_with_its_batch(engine, server, tmp_path, arm):
    wanted = options(engine, (server.port,), tmp_path / "x", arm=arm)
    engine.start("stream", wanted, 120)
    sent = []
    for number in range(400):
        sent.append(time.time())
        server.send(b"%d of some\n" % number)
        time.sleep(0.005)
    until(engine, lambda: sum(batch.records for batch in engine.batches) == 400)
    engine.stop(60)
    batches = RowTimes(wanted.conf[FILE_KEY]).given_to(engine.batches)
    assert range_breaks(batches) == []
    assert sum(1 for batch in batches if batch.records) >= 3
    assert all(batch.processed_records == batch.records for batch in batches)
    chunks = np.concatenate([decode(batch.chunks) for batch in batches])
    assert chunks[:, 2].sum() == 400
    assert (np.diff(chunks[:, 3]) >= 0).all()
    late = np.repeat(chunks[:, 3], chunks[:, 2]) / 1e6 - np.array(sent)
    assert late.min() > 0
    # Not that of a batch: a machine under load has its pauses, but half of the records none.
    assert np.quantile(late, 0.5) < BATCH_S / 4
    for batch in batches:
        assert all(batch.started <= at / 1e6 <= batch.finished for at in decode(batch.chunks)[:, 3])


def test_the_measured_latency_of_single_records_is_the_true_one(session, arm):
    """Both methods look at the clock for each record: they may be a millisecond apart."""
    settings = Settings(warmup_s=1.0, duration_s=4.0, tail_s=60.0)
    case = measure_case(session, arm.text, 0.5, 1000.0, settings)
    assert case.agreement.problems == []
    assert case.agreement.records == 4000
    assert case.seen.stop.sent_records[0] == sum(processed(case.seen.batches))


def test_the_ledger_of_a_trial_with_a_fault_is_kept_row_by_row(engine, server, tmp_path, arm):
    wanted = options(engine, (server.port,), tmp_path / "x", arm=arm, sink="ledger")
    path = tmp_path / "ledger"
    wanted = replace(wanted, conf={**wanted.conf, ledger.FILE_KEY: str(path)})
    engine.start("stream", wanted, 120)
    sent = time.time()
    server.send(b"".join(b"%012d of some\n" % n for n in range(5)) + b"no number\n")
    reader = ledger.LedgerReader(str(path))
    entries = []

    def read_on():
        entries.extend(reader.new())
        return engine.batches

    until(engine, read_on)
    time.sleep(0.1)
    server.send(b"%012d of some\n" % 5)
    until(engine, lambda: sum(processed(engine.batches)) == 7)
    engine.stop(60)
    entries += reader.new()
    assert sorted(number for entry in entries for number in entry.numbers) == list(range(6))
    assert sum(entry.unreadable for entry in entries) == 1
    assert all(sent < entry.visible_us / 1e6 < time.time() for entry in entries)
    # Those of one batch that came apart are apart.
    assert len({entry.visible_us for entry in entries}) >= 2


def test_rows_behind_a_shuffle_stand_for_the_records_of_their_batch(engine, server, tmp_path):
    params = job_params("sliding", {})
    wanted = options(engine, (server.port,), tmp_path / "x", job="sliding", job_params=params)
    engine.start("stream", wanted, 120)
    server.send(events(300))
    until(engine, lambda: sum(batch.records for batch in engine.batches) == 300)
    engine.stop(60)
    batches = RowTimes(wanted.conf[FILE_KEY]).given_to(engine.batches)
    assert sum(processed(batches)) == 300
    assert sum(decode(batch.chunks)[:, 2].sum() for batch in batches) == 300


def test_the_documentation_names_the_jobs_that_spark_admits_and_its_reasons(engine, tmp_path):
    """The table of docs/jobs.md, job by job: Spark is asked."""
    said = {}
    for job in JOBS:
        with ExitStack() as stack:
            servers = [stack.enter_context(LineServer()) for _ in range(1 + (job in TWO))]
            ports = tuple(server.port for server in servers)
            given = {"job": job, "job_params": job_params(job, {})}
            path = "python" if job == "custom_state" else "jvm"
            wanted = options(engine, ports, tmp_path / job, cores=4, path=path, **given)
            try:
                engine.start(f"asked {job}", wanted, 120)
            except TrialUnsupported as reason:
                said[job] = str(reason)
            else:
                said[job] = ""
                engine.stop(60)
    text = (DOCS / "jobs.md").read_text(encoding="utf-8")
    table = text.partition("<!-- realtime:begin -->")[2].partition("<!-- realtime:end -->")[0]
    told = dict(re.findall(r"^\| `(\w+)` \| ([^|]*) \|", table, re.MULTILINE))
    wrong = {
        job: reason
        for job, reason in said.items()
        if not told.get(job, "").startswith("no" if reason else "yes")
        or any(known not in reason for known in re.findall(r"`([^`]+)`", told[job]))
    }
    assert not wrong, "\n".join(f"{job}: {reason}" for job, reason in wrong.items())
    assert set(told) == set(said)


TWO = ("union", "join")
CONTINUOUS = parse_arm("structured:mode=continuous")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cores": 2, "job": "tumbling"}, "holds 3 task slots all the time, 1 for its streams and"),
        ({"cores": 1, "streams": 2}, "holds 2 task slots all the time, 2 for its streams, and"),
        ({"sink": "console"}, "use the sink drain"),
        ({"sink": "files"}, "refuses the file sink"),
        ({"sink": "sqlite"}, "refuses foreachBatch"),
        ({"arm": parse_arm("structured:mode=realtime,source=directory")}, "FileStreamSource"),
        ({"arm": parse_arm("structured:mode=realtime,source=spooled")}, "no realtime mode"),
        ({"arm": CONTINUOUS, "streams": 2}, "reads one stream"),
        ({"arm": CONTINUOUS, "sink": "files"}, "use drain"),
        ({"arm": CONTINUOUS, "job": "wordcount"}, "use echo"),
        ({"arm": parse_arm("structured:mode=continuous,source=socket")}, "use source=native"),
        ({"arm": parse_arm("structured:mode=continuous,source=directory")}, "use source=native"),
    ],
)
def test_what_cannot_be_is_said_before_anything_starts(engine, tmp_path, changes, words):
    ports = (1,) * changes.pop("streams", 1)
    params = job_params(changes.get("job", "echo"), {})
    wanted = options(engine, ports, tmp_path / "x", **{"job_params": params, **changes})
    with pytest.raises(TrialUnsupported, match=words):
        engine.start("never", wanted, 60)


def test_a_batch_below_spark_s_least_is_refused_in_its_words(engine, server, tmp_path):
    conf = {"spark.sql.streaming.realTimeMode.minBatchDuration": "5s"}
    wanted = options(engine, (server.port,), tmp_path / "x", conf=conf)
    with pytest.raises(TrialUnsupported, match="INVALID_STREAMING_REAL_TIME_MODE_TRIGGER_INTERVAL"):
        engine.start("short", wanted, 60)
