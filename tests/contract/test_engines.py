"""What every engine promises, tried on each of them in one long-lived child."""

from __future__ import annotations

import sqlite3
import time
from collections import Counter

import pytest

from bench.contract import Options
from bench.contract.files import END, file_name, output_folder
from bench.contract.ledger import FILE_KEY, LedgerReader
from bench.contract.poison import RECORD_KEY
from bench.measure.phases import phase_sums
from bench.measure.ranges import range_breaks
from bench.trial.errors import TrialFailed, TrialUnsupported
from tests.line_server import LineServer
from tests.long import at_length

LINES = [f"line {i} — ünïcode {'x' * (i % 50)}" for i in range(500)]
BYTES = sum(len(line.encode()) for line in LINES)
DATA = "".join(line + "\n" for line in LINES).encode()


def options(port: int, path: str | None, tmp_path, **changes) -> Options:
    values = {
        "endpoints": (("127.0.0.1", port),),
        "trigger_s": 0.5,
        "sink": "drain",
        "path": path,
        "master": "local[2]",
        "conf": {"spark.ui.enabled": "false"},
        **changes,
    }
    return Options(**values)


def until(engine, done, timeout_s: float = 90.0) -> None:
    deadline = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        engine.pump(0.1)


def received(engine) -> int:
    return sum(batch.records for batch in engine.batches)


def test_every_record_is_received_processed_and_tied_to_its_batch(case, tmp_path):
    engine, path = case
    before = time.time()
    with LineServer() as server:
        started = engine.start("drain", options(server.port, path, tmp_path), 120)
        server.send(DATA)
        until(engine, lambda: received(engine) >= len(LINES))
        engine.stop(60)
    own = set() if engine._engine == "null" else {"charset"}
    assert set(started["environment"]) == {"spark", "java", *own}
    batches = engine.batches
    assert range_breaks(batches) == []
    assert received(engine) == len(LINES)
    assert sum(batch.processed_records or 0 for batch in batches) == len(LINES)
    assert sum(batch.processed_bytes or 0 for batch in batches) == BYTES
    assert [batch.failure for batch in batches] == [None] * len(batches)
    for batch in batches:
        assert before - 1 < batch.planned_start <= batch.started + 0.002
        assert batch.started <= batch.visible <= batch.finished <= time.time()
    assert all(part.within for part in phase_sums(batches)), phase_sums(batches)


def test_what_is_told_of_a_batch_is_what_spark_remembers_of_it(case, tmp_path, request):
    if request.node.callspec.params["case"] == "null":
        pytest.skip("no Spark")
    engine, path = case
    with LineServer() as server:
        engine.start("memory", options(server.port, path, tmp_path), 120)
        server.send(DATA)
        until(engine, lambda: received(engine) >= len(LINES))
        told = [
            (
                pytest.approx(batch.started, abs=0.002),
                pytest.approx(batch.finished, abs=0.002),
                batch.records,
            )
            for batch in engine.batches
            if batch.records
        ]
        assert told
        # Spark's own listener may hear of a batch after the harness's.
        until(engine, lambda: all(batch in engine.history(30) for batch in told))
        engine.stop(60)


def test_the_next_stream_starts_afresh_in_the_same_process(case, tmp_path):
    engine, path = case
    with LineServer() as server:
        engine.start("again", options(server.port, path, tmp_path, trigger_s=1.0), 120)
        server.send(b"one\ntwo\n")
        until(engine, lambda: received(engine) >= 2)
        engine.stop(60)
    first = next(batch for batch in engine.batches if batch.records)
    assert first.ranges[0][:2] == (0, 0)
    assert received(engine) == 2


def test_two_sockets_are_one_stream_with_ranges_of_their_own(case, tmp_path):
    engine, path = case
    with LineServer() as left, LineServer() as right:
        endpoints = (("127.0.0.1", left.port), ("127.0.0.1", right.port))
        wanted = options(0, path, tmp_path, endpoints=endpoints)
        if engine._engine == "dstream":
            # A receiver holds a slot for life, and the session has two.
            with pytest.raises(TrialUnsupported, match=r"use local\[3\] or more"):
                engine.start("two", wanted, 120)
            return
        engine.start("two", wanted, 120)
        left.send(b"a\nb\nc\n")
        right.send(b"d\n")
        until(engine, lambda: received(engine) >= 4)
        engine.stop(60)
    counts = {0: 0, 1: 0}
    for batch in engine.batches:
        for stream, _first, count in batch.ranges:
            counts[stream] += count
    assert counts == {0: 3, 1: 1}
    assert sum(batch.processed_records or 0 for batch in engine.batches) == 4


def test_the_console_shows_lines_and_the_witness_stamps_them(case, tmp_path):
    engine, path = case
    with LineServer() as server:
        wanted = options(server.port, path, tmp_path, sink="console", rows=5)
        engine.start("console", wanted, 120)
        server.send(b"hello\nworld\n")
        until(engine, lambda: received(engine) >= 2)
        full = {batch.batch_id: batch for batch in engine.batches if batch.records}
        until(engine, lambda: set(full) <= set(engine.console.stamps()))
        engine.stop(60)
    stamps = engine.console.stamps()
    for batch_id, batch in full.items():
        assert batch.started - 0.01 <= stamps[batch_id] <= batch.finished + 5
        assert batch.processed_records is None or engine._engine == "null"


def test_what_it_cannot_do_is_said_and_leaves_it_well(case, tmp_path):
    engine, path = case
    if engine._engine == "structured":
        wanted = options(1, "python", tmp_path)
    elif engine._engine == "dstream":
        wanted = options(1, path, tmp_path, master="local[1]")
    else:
        wanted = options(1, path, tmp_path, trigger_s=0.0)
    with pytest.raises(TrialUnsupported) as told:
        engine.start("cannot", wanted, 120)
    assert "\n" not in str(told.value)
    assert len(str(told.value)) > 20
    with pytest.raises((TrialFailed, TrialUnsupported), match="'nope'"):
        engine.start("unknown", options(1, path, tmp_path, job="nope"), 120)


def test_an_orderly_end_of_the_stream_is_no_failure(case, tmp_path):
    engine, path = case
    with LineServer() as server:
        engine.start("closing", options(server.port, path, tmp_path), 120)
        server.send(b"last words")  # no newline: the end of the stream ends the line
        server.close()
        # Structured Streaming's socket and a DStream's receiver both deliver it; ``null`` counts
        # newlines and does not.
        wanted = 0 if engine._engine == "null" else 1
        until(engine, lambda: received(engine) >= wanted and len(engine.batches) > 1)
        engine.stop(60)
    assert [batch.failure for batch in engine.batches if batch.failure] == []


def test_counters_of_the_engine(case, tmp_path):
    engine, _path = case
    gauges = engine.gauges(60)
    if engine._engine == "null":
        assert gauges["gc_s"] is None
    else:
        assert gauges["gc_s"] >= 0
        assert gauges["heap_bytes"] > 1 << 20
        # Of the old generation, which may not have been collected yet: see test_packaged_java.
        assert (gauges["heap_after_gc_bytes"] or 0) < 1 << 34


def put(base, stream: int, first: int, lines: list[str]) -> None:
    """A file of a watched directory, as the load puts it there."""
    staging = base / "_staging"
    staging.mkdir(parents=True, exist_ok=True)
    name = file_name(stream, first, len(lines))
    (staging / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (staging / name).rename(base / str(stream) / name)


def watching(path, tmp_path, **changes) -> Options:
    for stream in range(2):
        (tmp_path / "in" / str(stream)).mkdir(parents=True)
    values = {
        "endpoints": (("directory", 0), ("directory", 0)),
        "source": "directory",
        "source_options": {"directory": str(tmp_path / "in")},
        "checkpoint_dir": str(tmp_path / "checkpoint"),
        "work_dir": str(tmp_path / "work"),
        **changes,
    }
    return options(0, path, tmp_path, **values)


def test_files_of_a_directory_are_read_once_and_tied_to_their_batches(case, tmp_path):
    engine, path = case
    if engine._engine == "null":
        pytest.skip("the null engine reads sockets only")
    base = tmp_path / "in"
    # Two streams on two slots: no receiver holds one.
    checkpoint = None if engine._engine == "dstream" else str(tmp_path / "checkpoint")
    engine.start("files", watching(path, tmp_path, checkpoint_dir=checkpoint), 120)
    for turn in range(12):  # more than the ten entries after which Spark's log is folded up
        put(base, 0, turn * 40, LINES[turn * 40 : turn * 40 + 40])
        time.sleep(0.15)
    put(base, 1, 0, LINES[480:])
    until(engine, lambda: received(engine) >= len(LINES))
    for stream in range(2):
        (base / str(stream) / END).touch()
    assert engine.drain(60)
    engine.stop(60)
    assert range_breaks(engine.batches) == []
    assert received(engine) == len(LINES)
    assert sum(batch.processed_records or 0 for batch in engine.batches) == len(LINES)
    assert sum(batch.processed_bytes or 0 for batch in engine.batches) == BYTES
    ends = Counter()
    for batch in engine.batches:
        ends.update({stream: count for stream, _first, count in batch.ranges})
    assert ends == {0: 480, 1: 20}


@pytest.mark.parametrize("sink", ["files", "sqlite"])
def test_what_a_sink_writes_is_there_once(case, tmp_path, sink):
    engine, path = case
    with LineServer() as server:
        wanted = options(
            server.port,
            path,
            tmp_path,
            sink=sink,
            work_dir=str(tmp_path / "work"),
            checkpoint_dir=str(tmp_path / "checkpoint"),
        )
        if engine._engine == "null" or (sink, path) == ("sqlite", "jvm"):
            with pytest.raises(TrialUnsupported, match=sink):
                engine.start(sink, wanted, 120)
            return
        engine.start(sink, wanted, 120)
        server.send(DATA)
        until(engine, lambda: received(engine) >= len(LINES))
        engine.stop(60)
    folder = tmp_path / "work" / "output"
    assert str(folder) == output_folder(wanted)
    if sink == "files":
        found = [
            line for part in folder.rglob("part-*") for line in part.read_text("utf-8").splitlines()
        ]
    else:
        with sqlite3.connect(folder / "output.sqlite") as database:
            found = [row[0] for row in database.execute("SELECT value FROM results")]
            batches = dict(database.execute("SELECT id, records FROM batches"))
        database.close()
        assert sum(batches.values()) == len(LINES)
        assert {b.batch_id: b.processed_records for b in engine.batches if b.records}.items() <= (
            batches.items()
        )
    assert Counter(found) == Counter(LINES)


def numbered(first: int, count: int) -> bytes:
    return "".join(f"{number}\n" for number in range(first, first + count)).encode()


@at_length
def test_the_built_in_socket_has_no_start_from_a_checkpoint(case, tmp_path, request):
    """A checkpoint of Spark's socket source counts lines; a new connection is counted from 0."""
    engine, path = case
    if request.node.callspec.params["case"] != "structured":
        pytest.skip("the built-in socket source of our own Spark's Structured Streaming")
    commits = tmp_path / "checkpoint" / "commits"
    given = {
        "sink": "sqlite",
        "work_dir": str(tmp_path / "work"),
        "checkpoint_dir": str(tmp_path / "checkpoint"),
    }
    with LineServer() as server:
        engine.start("first", options(server.port, path, tmp_path, **given), 120)
        server.send(numbered(0, 50))
        until(engine, lambda: received(engine) >= 50)
        engine.stop(60)
    # As if it had been killed within its last batch, which is therefore made again: without a line
    # of it.  Then as many lines are passed over as the checkpoint has counted.
    last = max(int(file.name) for file in commits.glob("[0-9]*"))
    (commits / f"{last}").unlink()
    (commits / f".{last}.crc").unlink()
    with LineServer() as server:
        engine.start("within", options(server.port, path, tmp_path, **given), 120)
        server.send(numbered(50, 80))
        until(engine, lambda: received(engine) >= 50 + 30)
        engine.stop(60)
    with sqlite3.connect(tmp_path / "work" / "output" / "output.sqlite") as database:
        found = [int(row[0]) for row in database.execute("SELECT value FROM results")]
    database.close()
    assert sorted(found) == [*range(50), *range(100, 130)]
    # Killed between two batches: the first one finds that the source is behind the checkpoint.
    with LineServer() as server:
        engine.start("between", options(server.port, path, tmp_path, **given), 120)
        server.send(numbered(130, 200))
        with pytest.raises(TrialFailed, match="Offsets committed out of order: 79 followed by -1"):
            until(engine, lambda: False)
        engine.stop(60)


@pytest.mark.parametrize("sink", ["drain", "console", "files"])
def test_results_that_are_no_records_are_not_counted_as_such(case, tmp_path, sink):
    engine, path = case
    with LineServer() as server:
        wanted = options(
            server.port,
            None if path == "jvm" else path,
            tmp_path,
            job="topk",
            job_params={"k": "2"},
            sink=sink,
            work_dir=str(tmp_path / "work"),
            checkpoint_dir=str(tmp_path / "checkpoint"),
            partitions=2,
        )
        if engine._engine == "null":
            with pytest.raises(TrialUnsupported, match="the null engine has no"):
                engine.start("topk", wanted, 120)
            return
        engine.start(sink, wanted, 120)
        server.send(b"b a a\nc b\nc d\n" * 5)
        until(engine, lambda: received(engine) >= 15)
        engine.stop(60)
    full = [batch for batch in engine.batches if batch.records]
    counts = [(batch.processed_records, batch.processed_bytes) for batch in full]
    if engine._engine == "structured":
        # Counted where they are read, by an observation: the sink sees two rows a batch.
        assert sum(records for records, _size in counts) == 15
        assert sum(size for _records, size in counts) == 55
    else:
        assert set(counts) == {(None, None)}
    if sink == "files":
        folder = tmp_path / "work" / "output"
        parts = sorted(folder.rglob("part-*"))
        rows = [line for part in parts for line in part.read_text("utf-8").splitlines()]
        assert len(rows) == 2 * len(full)
        assert set(rows) <= {f"{word},{count}" for word in "abcd" for count in range(1, 11)}


#: Keys enough that the first rows of a result are not those of all its partitions.
STATEFUL = '''"""Totals by line, as a job with ``per_batch`` writes them."""

OUTPUT_MODE = "update"
STATEFUL = True


def build_structured(lines, params):
    return lines.groupBy("value").count()


def per_batch(frame, batch_id, params):
    return frame.selectExpr("value", "count")
'''


def test_a_stateful_job_with_per_batch_lives_whatever_the_console_shows(case, tmp_path):
    engine, path = case
    if engine._engine != "structured":
        pytest.skip("per_batch is of Structured Streaming")
    job = tmp_path / "keys.py"
    job.write_text(STATEFUL)
    with LineServer() as server:
        wanted = options(
            server.port,
            path,
            tmp_path,
            job=str(job),
            sink="console",
            rows=5,
            partitions=20,
            checkpoint_dir=str(tmp_path / "checkpoint"),
        )
        engine.start("keys", wanted, 120)
        for turn in (1, 2):
            server.send("".join(f"key {number}\n" for number in range(300)).encode())
            until(engine, lambda: received(engine) >= 300 * turn)  # noqa: B023
        engine.stop(60)
    assert [batch.failure for batch in engine.batches if batch.failure] == []
    # One whose ``per_batch`` itself reads a few rows would end on anyone's Spark from 4.1 on: the
    # reason is told.
    job = tmp_path / "few.py"
    job.write_text(STATEFUL.replace('("value", "count")', '("value", "count").limit(5)'))
    with LineServer() as server:
        given = {"job": str(job), "sink": "console", "partitions": 20}
        checkpoint = {"checkpoint_dir": str(tmp_path / "few")}
        engine.start("few", options(server.port, path, tmp_path, **given, **checkpoint), 120)
        server.send("".join(f"key {number}\n" for number in range(300)).encode())
        with pytest.raises(TrialFailed, match="per_batch did not read the whole batch"):
            until(engine, lambda: False)
        engine.stop(60)


def keyed(first: int, count: int) -> bytes:
    """Lines as a load writes them: their number in twelve digits comes first."""
    return "".join(f"{number:012d} x\n" for number in range(first, first + count)).encode()


def test_a_record_that_cannot_be_processed_ends_the_stream(case, tmp_path):
    engine, path = case
    number = "000000000055"
    with LineServer() as server:
        conf = {FILE_KEY: str(tmp_path / "ledger"), RECORD_KEY: number}
        wanted = options(server.port, path, tmp_path, sink="ledger", conf=conf)
        engine.start("poison", wanted, 120)
        server.send(keyed(0, 50))
        until(engine, lambda: noted(tmp_path) >= 50)
        server.send(keyed(50, 10))
        with pytest.raises(TrialFailed, match=f"record {number} cannot be processed"):
            until(engine, lambda: False)
        engine.stop(60)
    # The whole batch is missing, the good records of it too.
    assert noted(tmp_path) == 50


def noted(folder) -> int:
    return sum(len(entry.numbers) for entry in LedgerReader(str(folder / "ledger")).new())


def test_a_graceful_stop_writes_what_was_received(case, tmp_path):
    engine, path = case
    with LineServer() as server:
        engine.start("graceful", options(server.port, path, tmp_path, trigger_s=1.0), 120)
        server.send(DATA)
        # It has been received, and its batch is not due yet.
        time.sleep(0.3)
        before = time.monotonic()
        assert engine.stop(60, graceful_s=30.0)
        spent_s = time.monotonic() - before
    assert sum(batch.processed_records or 0 for batch in engine.batches) == len(LINES)
    assert spent_s < 20
