"""What a user of the native source does, in one Spark session: each step prints a JSON finding.

``spark_user.py FOLDER [MASTER]``.  The servers are this script's own.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import psutil
from pyspark.sql import SparkSession
from pyspark.sql.functions import udf

from bench.contract.janino import new_instance
from structured.native import native_object, register
from structured.native import spoken as sentence
from structured.native.build import jar_for
from structured.spooled import SpoolError
from structured.spooled.batches import read_pieces
from structured.spooled.identity import read_identity
from structured.spooled.live import LiveSource
from structured.spooled.partitions import Piece
from structured.spooled.recovery import recover
from structured.spooled.segments import Mark, list_segments, segment_name
from structured.spooled.spool import Spool
from structured.spooled.status import Status, read_status
from tests.spooled.peers import Peer, Server
from tests.spooled.peers import options as spool_options

FOLDER = Path(sys.argv[1])
MASTER = (*sys.argv[2:], "local[2]")[0]
LONG_S = 120.0

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
spark = (
    SparkSession.builder.master(MASTER)
    .config("spark.ui.enabled", "false")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.log.level", "OFF")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.sql.streaming.realTimeMode.minBatchDuration", "1s")
    .getOrCreate()
)
register(spark)
register(spark)


def lines_from(port: int, **options: Any) -> Any:
    return spark.readStream.format("native_socket").option("port", port).options(**options).load()


class Output:
    """Keeps each batch's lines; a batch waits while ``gate`` is closed."""

    def __init__(self) -> None:
        self.batches: dict[int, list[str]] = {}
        self.partitions: dict[int, int] = {}
        self.gate = threading.Event()
        self.gate.set()

    def start(self, frame: Any, checkpoint: str = "", **trigger: Any) -> Any:
        writer = frame.writeStream
        if checkpoint:
            writer = writer.option("checkpointLocation", str(FOLDER / checkpoint))
        trigger = trigger or {"processingTime": "100 milliseconds"}
        return writer.foreachBatch(self.write).trigger(**trigger).start()

    def write(self, frame: Any, batch_id: int) -> None:
        self.gate.wait(LONG_S)
        self.partitions[batch_id] = frame.rdd.getNumPartitions()
        self.batches[batch_id] = [row[0] for row in frame.collect()]

    @property
    def lines(self) -> list[str]:
        return [line for batch_id in sorted(self.batches) for line in self.batches[batch_id]]


def until(done: Callable[[], Any], query: Any = None) -> Any:
    deadline = time.monotonic() + LONG_S
    while not (said := done()):
        if query is not None and query.exception() is not None:
            raise RuntimeError(f"the query ended: {query.exception()}")
        if time.monotonic() > deadline:
            raise RuntimeError("it did not happen in time")
        time.sleep(0.02)
    return said


def spoken(problem: object) -> str:
    return sentence(str(problem)) or f"no sentence in: {problem}"


def ended(query: Any) -> str:
    """What the source says of why the query ended."""
    try:
        query.awaitTermination(LONG_S)
    except Exception as problem:
        return spoken(problem)
    return "it did not end"


def refused(start: Callable[[], Any]) -> str:
    try:
        start()
    except Exception as problem:
        return spoken(problem)
    return "it was not refused"


def status(port: int) -> list[str]:
    """State, connections, ended, reset, fragments, bytes of these, error."""
    for line in str(native_object(spark, "Status").all()).splitlines():
        if line.startswith(f"127.0.0.1:{port}\t"):
            return line.split("\t")[1:]
    return []


def numbered(first: int, past: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, past))


def in_pieces(peer: Peer, data: bytes, rng: random.Random) -> None:
    """Small ones at first, so that every place is once the end of what is received."""
    at = 0
    while at < len(data):
        size = rng.randint(1, 40) if at < 20_000 else rng.randint(1, 200_000)
        peer.send(data[at : at + size])
        at += size


def odd_bytes(rng: random.Random, count: int = 200_000) -> bytes:
    """Line ends of all kinds, empty lines, text beyond ASCII, and what is no UTF-8."""
    parts = [b"\n", b"\r", b"\r\n", b"", b"a", "äöü".encode(), "🚀".encode(), b"x" * 500]
    parts += [
        b"\xff",
        b"\xc3",
        b"\xe2\x82",
        b"\xed\xa0\x80",
        b"\xf0\x9f\x9a",
        b"\xc0\xaf",
        b"0123456",
    ]
    return b"".join(rng.choice(parts) for _ in range(count))


def as_java_reads(data: bytes) -> list[str]:
    """Lines as ``BufferedReader.readLine`` gives them; the last one may have no end."""
    text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    # Java's decoder puts one U+FFFD for an encoded surrogate, Python's one for each byte.
    text = re.sub(rb"\xed[\xa0-\xbf][\x80-\xbf]?", "\ufffd".encode(), text)
    lines = text.decode("utf-8", "replace").split("\n")
    return lines if lines[-1] else lines[:-1]


def every_kind_of_bytes() -> dict[str, Any]:
    """Received in pieces of all sizes, cut as Java cuts them, in order over many partitions."""
    rng = random.Random(19)
    data = odd_bytes(rng) + b"y" * (3 << 20) + b"\n" + odd_bytes(rng) + b"\nlast"
    output = Output()
    with Server() as server:
        query = output.start(lines_from(server.port, targetPartitionBytes="64k"))
        peer = server.accept()
        in_pieces(peer, data, rng)
        peer.close()
        wanted = as_java_reads(data)
        until(lambda: len(output.lines) >= len(wanted), query)
        query.stop()
    return {
        "same": output.lines == wanted,
        "partitions": max(output.partitions.values()),
        "lines": len(wanted),
    }


def a_peer_that_goes() -> dict[str, Any]:
    """A reset in the middle of a line, then another connection."""
    output = Output()
    with Server() as server:
        query = output.start(lines_from(server.port, reconnectDelay="10ms"))
        peer = server.accept()
        peer.send(b"one\ntorn")
        until(lambda: output.lines == ["one"], query)
        peer.reset()
        peer = server.accept()
        peer.send(b"two\r")
        until(lambda: len(output.lines) == 2, query)
        peer.send(b"\nthree")
        peer.close()
        until(lambda: len(output.lines) == 3, query)
        seen = status(server.port)
        query.stop()
        return {"lines": output.lines, "status": seen[1:6], "after": status(server.port)}


def _until_received(port: int, query: Any) -> None:
    until(lambda: status(port)[2:3] == ["1"], query)


def _until_written(output: Output, lines: int, query: Any) -> None:
    until(lambda: len(output.lines) >= lines, query)


def limits() -> dict[str, Any]:
    """Batches of at most ten records, and of at most 50 bytes."""
    found: dict[str, Any] = {}
    for name, given, count in (
        ("records", {"maxRecordsPerTrigger": "10"}, 95),
        ("bytes", {"maxBytesPerTrigger": "50"}, 40),
    ):
        output = Output()
        output.gate.clear()
        with Server() as server:
            query = output.start(lines_from(server.port, **given), processingTime="0 seconds")
            peer = server.accept()
            data = numbered(0, count) + b"z" * 100 + b"\n"
            peer.send(data)
            peer.close()
            _until_received(server.port, query)
            output.gate.set()
            _until_written(output, count + 1, query)
            query.stop()
        sizes = [sum(len(line) + 1 for line in lines) for lines in output.batches.values()]
        found[name] = {
            "same": output.lines == data.decode().split("\n")[:-1],
            "records": max(map(len, output.batches.values())),
            "bytes": sorted(sizes)[-2:],
        }
    return found


def too_fast() -> dict[str, Any]:
    """A server that sends more than the memory allowed waits, and nothing is lost."""
    output = Output()
    output.gate.clear()
    sent = [0]
    block = b"".join(b"%04d %s\n" % (number, b"x" * 994) for number in range(100))
    with Server() as server:
        query = output.start(lines_from(server.port, maxMemoryBytes="1m"))
        peer = server.accept()

        def send() -> None:
            for _ in range(300):
                peer.send(block)
                sent[0] += len(block)
            peer.close()

        thread = threading.Thread(target=send, daemon=True)
        thread.start()
        until(lambda: status(server.port)[0] == "full", query)
        before = -1
        while before != sent[0]:
            before = sent[0]
            time.sleep(0.5)
        output.gate.set()
        until(lambda: len(output.lines) >= 30_000, query)
        query.stop()
        thread.join(LONG_S)
    return {
        "waited_at": before,
        "all": 300 * len(block),
        "same": output.lines == block.decode().split("\n")[:-1] * 300,
    }


def two_sockets() -> dict[str, Any]:
    """A union; and a state that counts over batches."""
    seen: list[Any] = []
    with Server() as left, Server() as right:
        both = lines_from(left.port).union(lines_from(right.port))
        counts = both.groupBy("value").count()
        query = (
            counts.writeStream.outputMode("complete")
            .foreachBatch(lambda frame, batch_id: seen.append(sorted(map(tuple, frame.collect()))))
            .trigger(processingTime="100 milliseconds")
            .start()
        )
        one, two = left.accept(), right.accept()
        one.send(b"a\nb\n")
        two.send(b"b\n")
        until(lambda: seen and seen[-1] == [("a", 1), ("b", 2)], query)
        two.send(b"b\nc\n")
        until(lambda: seen[-1] == [("a", 1), ("b", 3), ("c", 1)], query)
        query.stop()
    return {"same": True}


#: A sink in Java, as real-time mode has no other: it keeps each row and when it came.
ROWS = """
package sparkbench.tests;

import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.ForeachWriter;
import org.apache.spark.sql.Row;

public class Rows extends ForeachWriter {
  private static final ConcurrentLinkedQueue SEEN = new ConcurrentLinkedQueue();

  public boolean open(long partition, long epoch) {
    return true;
  }

  public void process(Object row) {
    SEEN.add(System.currentTimeMillis() + "\\t" + ((Row) row).getString(0));
  }

  public void close(Throwable problem) {
  }

  public String take() {
    StringBuilder all = new StringBuilder();
    for (Object one = SEEN.poll(); one != null; one = SEEN.poll()) {
      all.append((String) one).append('\\n');
    }
    return all.toString();
  }
}
"""


TRIGGERS = {
    "micro": {"processingTime": "0 seconds"},
    "continuous": {"continuous": "1 second"},
    "real": {"realTime": "1 second"},
}
#: Records of a query row by row, one every 5 ms.
SENT = 1000


def row_query(rows: Any, port: int, checkpoint: str, trigger: dict[str, str], **given: Any) -> Any:
    writer = lines_from(port, **given).writeStream
    writer = writer.outputMode("update" if "realTime" in trigger else "append")
    writer._jwrite = writer._jwrite.foreach(rows)
    writer = writer.option("checkpointLocation", str(FOLDER / checkpoint))
    return writer.trigger(**trigger).start()


def real_time_query(rows: Any, port: int, checkpoint: str, **given: Any) -> Any:
    return row_query(rows, port, checkpoint, TRIGGERS["real"], **given)


def committed(checkpoint: str) -> tuple[int, int]:
    """The last epoch of a checkpoint and the records that it says were read; -1 and 0 before."""
    done = [int(one.name) for one in (FOLDER / checkpoint / "commits").glob("[0-9]*")]
    if not done:
        return -1, 0
    text = (FOLDER / checkpoint / "offsets" / str(max(done))).read_text()
    return max(done), json.loads(text.splitlines()[-1])["records"]


def has_committed(checkpoint: str, records: int) -> bool:
    return committed(checkpoint)[1] == records


def real_time() -> dict[str, Any]:
    """Each record once and in order over some batches, soon; bytes that are no UTF-8 too."""

    def batches(query: Any) -> tuple[int, int]:
        progress = query.lastProgress
        return (progress["batchId"], reached(progress)) if progress else (-1, 0)

    return row_by_row("rtm", TRIGGERS["real"], batches)


def continuous() -> dict[str, Any]:
    """The same in continuous mode; stopped, it goes on with what a spool has."""
    found = row_by_row("cp", TRIGGERS["continuous"], lambda query: committed("cp"))
    rows = new_instance(spark.sparkContext, "sparkbench.tests.Rows", ROWS)
    given = {"spool": str(FOLDER / "cp-spool")}
    runs: list[list[str]] = [[], []]
    with Server() as server:
        for number, run in enumerate(runs):
            query = row_query(rows, server.port, "cp-on", TRIGGERS["continuous"], **given)
            peer = server.accept()
            peer.send(numbered(100 * number, 100 * number + 100))

            def whole(run: list[str] = run, last: int = 100 * number + 99) -> bool:
                run += [line.partition("\t")[2] for line in str(rows.take()).splitlines()]
                return f"line {last}" in run and committed("cp-on")[1] == last + 1

            until(whole, query)
            query.stop()
            peer.close()
    wanted = [[f"line {100 * run + line}" for line in range(100)] for run in range(2)]
    return found | {"spool": runs == wanted}


STORE = "spark.sql.streaming.stateStore"
#: What docs/migration/cutover.md tells to begin with.
PREPARED = {
    f"{STORE}.providerClass": "org.apache.spark.sql.execution.streaming.state"
    ".RocksDBStateStoreProvider",
    f"{STORE}.checkpointFormatVersion": "2",
}


def modes_on_one_checkpoint() -> dict[str, Any]:
    """Which mode goes on where another has stopped, by default and on a prepared checkpoint."""
    rows = new_instance(spark.sparkContext, "sparkbench.tests.Rows", ROWS)
    pairs = [(one, other, {}) for one in TRIGGERS for other in TRIGGERS if one != other]
    pairs += [("micro", "real", PREPARED), ("real", "micro", PREPARED)]
    return {
        f"{one} to {other}{', prepared' if conf else ''}": goes_on(rows, one, other, conf)
        for one, other, conf in pairs
    }


def goes_on(rows: Any, one: str, other: str, conf: dict[str, str]) -> str:
    """What becomes of the second query: whether it gives its lines once, or Spark's refusal."""
    name = f"{one}-{other}-{len(conf)}"
    said = []
    for key, value in conf.items():
        spark.conf.set(key, value)
    try:
        with Server() as server:
            for number, mode in enumerate((one, other)):
                given = {"spool": str(FOLDER / f"{name}-spool")}
                query = row_query(rows, server.port, name, TRIGGERS[mode], **given)
                until(server.called, query)
                peer = server.accept()
                peer.send(numbered(100 * number, 100 * number + 100))
                until(partial(has_committed, name, 100 * number + 100), query)
                query.stop()
                peer.close()
                said = [line.partition("\t")[2] for line in str(rows.take()).splitlines()]
    except Exception as problem:
        rows.take()
        words = r"(?:[A-Z]+_)+[A-Z]+\.[A-Z0-9_]+|\w+\(\)(?=\" is null)"
        return next(iter(re.findall(words, str(problem))), str(problem)[:300])
    finally:
        for key in conf:
            spark.conf.unset(key)
        for query in spark.streams.active:
            query.stop()
    return "goes on" if said == [f"line {n}" for n in range(100, 200)] else f"{len(said)} lines"


def row_by_row(
    checkpoint: str, trigger: dict[str, str], batches: Callable[[Any], tuple[int, int]]
) -> dict[str, Any]:
    """``batches`` tells the last batch of a query and how many records it had come to."""
    rows = new_instance(spark.sparkContext, "sparkbench.tests.Rows", ROWS)
    seen: list[tuple[int, str]] = []

    def look() -> list[tuple[int, str]]:
        for line in str(rows.take()).splitlines():
            at_ms, _, text = line.partition("\t")
            seen.append((int(at_ms), text))
        return seen

    sent: list[int] = []
    with Server() as server:
        query = row_query(rows, server.port, checkpoint, trigger)
        peer = server.accept()
        for number in range(SENT):
            sent.append(time.time_ns() // 1_000_000)
            peer.send(b"%d b\xff\xc3\n" % number)
            time.sleep(0.005)
        peer.close()
        until(lambda: len(look()) >= SENT, query)
        until(lambda: batches(query)[1] == SENT, query)
        last = batches(query)[0]
        query.stop()
        again = ended(row_query(rows, server.port, checkpoint, trigger))
        limit = {"maxRecordsPerTrigger": 9}
        limited = ended(row_query(rows, server.port, f"{checkpoint}-9", trigger, **limit))
    late_ms = sorted(at - was for (at, _text), was in zip(look(), sent, strict=False))
    return {
        "same": [text for _at, text in seen] == [f"{n} b\ufffd\ufffd" for n in range(SENT)],
        "batches": last,
        "p50_ms": late_ms[len(late_ms) // 2],
        "again": again,
        "limited": limited,
    }


def reached(progress: Any) -> int:
    """Records up to the end of the batch."""
    return int(json.loads(progress.json)["sources"][0]["endOffset"]["records"])


def kept_in(folder: Path) -> bytes:
    """The bytes of all files of a spool."""
    return b"".join((folder / one.name).read_bytes() for one in list_segments(folder))


def as_python_reads(folder: Path) -> list[str]:
    pieces = [Piece(one.name, 0, one.size) for one in list_segments(folder)]
    identity = read_identity(folder)
    assert identity is not None
    batches = read_pieces(folder, identity, pieces)
    return [line for batch in batches for line in batch.column(0).to_pylist()]


def drained(name: str, checkpoint: str, **options: Any) -> list[str]:
    """All that a spool holds, as a query of its own reads it; nobody is connected to."""
    output = Output()
    frame = lines_from(1, spool=str(FOLDER / name), retainBatches="9", **options)
    query = output.start(frame, checkpoint, availableNow=True)
    query.awaitTermination(LONG_S)
    return output.lines


def received_by_native(name: str, data: bytes, rng: random.Random) -> dict[str, Any]:
    """Bytes that come while a batch waits, so that most of them are read from files."""
    output = Output()
    output.gate.clear()
    given = {"maxMemoryBytes": "1", "segmentBytes": "300k", "targetPartitionBytes": "64k"}
    with Server() as server:
        frame = lines_from(
            server.port, spool=str(FOLDER / name), retainBatches="9", durability="batch", **given
        )
        query = output.start(frame, name + "-checkpoint")
        peer = server.accept()
        peer.send(b"first\n")
        in_pieces(peer, data, rng)
        peer.close()
        _until_received(server.port, query)
        output.gate.set()
        wanted = ["first", *as_java_reads(data)]
        until(lambda: len(output.lines) >= len(wanted), query)
        progress = json.loads(query.lastProgress.json)["sources"][0]
        query.stop()
    return {
        "same": output.lines == wanted,
        "partitions": max(output.partitions.values()),
        "held": int(progress["metrics"]["bytesHeld"]) > 0,
    }


def received_by_python(name: str, data: bytes, rng: random.Random) -> None:
    with Server() as server:
        live = LiveSource(spool_options(FOLDER / name, server.port, segment_bytes=200_000))
        live.latest(live.initial())
        peer = server.accept()
        peer.send(b"first\n")
        in_pieces(peer, data, rng)
        peer.close()
        until(lambda: (read_status(FOLDER / name) or Status()).ended)
        live.close()


def one_format() -> dict[str, Any]:
    """The same bytes sent to both sources: the same bytes in files, read by either."""
    rng = random.Random(23)
    data = odd_bytes(rng, 40_000) + b"y" * (3 << 20) + b"\n" + odd_bytes(rng, 40_000) + b"\nlast"
    found = received_by_native("by-native", data, rng)
    received_by_python("by-python", data, rng)
    wanted = ["first", *as_java_reads(data)]
    native, python = FOLDER / "by-native", FOLDER / "by-python"
    said = read_status(native)
    assert said is not None
    return {
        **found,
        "files": len(list_segments(native)),
        "bytes": kept_in(native) == kept_in(python),
        "python reads": as_python_reads(native) == wanted,
        "native reads": drained("by-python", "of-python") == wanted,
        "status": [said.state, said.connections, said.ended, said.reset, said.error],
    }


def torn_files() -> dict[str, Any]:
    """What a killed write has left is cut off as the other source does it."""
    found: dict[str, Any] = {}
    for name, torn in (("half", b"whole\nhalf"), ("whole", b"whole\n"), ("long", b"z" * 70_000)):
        first, second = FOLDER / f"torn-{name}", FOLDER / f"torn-{name}-python"
        shutil.copytree(FOLDER / "by-python", first)
        with (first / list_segments(first)[-1].name).open("ab") as file:
            file.write(torn)
        shutil.copytree(first, second)
        wanted = recover(second)
        lines = drained(first.name, first.name + "-checkpoint")
        said = read_status(first)
        assert said is not None
        found[name] = {
            "bytes": kept_in(first) == kept_in(second),
            "records": len(lines) == wanted.end.records,
            "fragments": [said.fragments, said.fragment_bytes],
        }
    return found


def deleting() -> dict[str, Any]:
    """Files go when their lines are in batches that are committed, but for those of one more."""
    output = Output()
    with Server() as server:
        frame = lines_from(server.port, spool=str(FOLDER / "deleting"), segmentBytes="50")
        query = output.start(frame, "deleting-checkpoint")
        peer = server.accept()
        for number in range(6):
            peer.send(numbered(10 * number, 10 * number + 10))
            _until_written(output, 10 * number + 10, query)
        query.stop()
        peer.close()
    # The last batch is not committed, and the one before it is kept.
    done = [len(lines) for _number, lines in sorted(output.batches.items())][:-2]
    first, second, *_ = (one.start.records for one in list_segments(FOLDER / "deleting"))
    return {"batches": len(done) > 2, "first": 0 < first <= sum(done) < second}


def real_time_again() -> dict[str, Any]:
    """A spool in real-time mode: stopped within a batch, a query goes on where the last one ended.

    What came after that is given again, out of files.
    """
    rows = new_instance(spark.sparkContext, "sparkbench.tests.Rows", ROWS)
    given = {"spool": str(FOLDER / "live"), "durability": "batch"}
    runs: list[list[str]] = []

    def look() -> list[str]:
        runs[-1] += [line.partition("\t")[2] for line in str(rows.take()).splitlines()]
        return runs[-1]

    def run(server: Server, first: int, past: int) -> Any:
        runs.append([])
        query = real_time_query(rows, server.port, "live-checkpoint", **given)
        peer = server.accept()
        peer.send(numbered(first, past))
        until(lambda: f"line {past - 1}" in look(), query)
        return query, peer

    with Server() as server:
        query, peer = run(server, 0, 200)
        until(lambda: (p := query.lastProgress) and reached(p) == 200, query)
        # Of a batch that is not over when the query is stopped.
        peer.send(numbered(200, 300))
        until(lambda: "line 299" in look(), query)
        query.stop()
        look()
        peer.close()
        query, peer = run(server, 300, 400)
        query.stop()
        peer.close()
        # What was committed, micro-batches go on from.
        output = Output()
        frame = lines_from(server.port, **given)
        query = output.start(frame, "live-checkpoint")
        peer = server.accept()
        peer.send(numbered(400, 401))
        until(lambda: "line 400" in output.lines, query)
        query.stop()
    names = [f"line {number}" for number in range(401)]
    again = names.index(runs[1][0])
    return {
        "first": runs[0] == names[:300],
        "second": runs[1] == names[again:400],
        "again": again,
        "then": output.lines == names[names.index(output.lines[0]) :],
    }


def gone_while_read() -> str:
    """A file that somebody deletes before its lines were read, and that are not in memory."""
    output = Output()
    output.gate.clear()
    folder = FOLDER / "gone-while-read"
    given = {"spool": str(folder), "maxMemoryBytes": "1", "segmentBytes": "300k"}
    with Server() as server:
        query = output.start(lines_from(server.port, **given))
        peer = server.accept()
        peer.send(b"x" * 99 + b"\n")
        peer.send((b"x" * 99 + b"\n") * 30_000)
        peer.close()
        _until_received(server.port, query)
        os.unlink(folder / list_segments(folder)[1].name)
        output.gate.set()
        return ended(query)


def spool_failures() -> dict[str, Any]:
    """Each in one sentence."""
    found = {
        "option": refused(lambda: lines_from(1, durability="batch")),
        "word": refused(lambda: lines_from(1, spool="/x", durability="often")),
        "place": ended(Output().start(lines_from(1, spool="/dev/null/x"), "nowhere")),
    }

    def at(name: str, checkpoint: str) -> str:
        return ended(Output().start(lines_from(1, spool=str(FOLDER / name)), checkpoint))

    def copy(name: str) -> Path:
        shutil.copytree(FOLDER / "by-native", FOLDER / name)
        return FOLDER / name

    held = Spool(FOLDER / "by-python", file_bytes=1 << 20, max_bytes=1 << 30)
    with Server() as server:
        # Both wait for some seconds, so at once.
        by_python = Output().start(lines_from(1, spool=str(held.folder)), "of-python")
        mine = lines_from(server.port, spool=str(FOLDER / "mine"))
        query = Output().start(mine, "mine-1")
        server.accept()
        second = Output().start(lines_from(1, spool=str(FOLDER / "mine")), "mine-2")
        try:
            Spool(FOLDER / "mine", file_bytes=1, max_bytes=1, lock_wait_s=0.0)
        except SpoolError as problem:
            found["python"] = str(problem)
        found["held"], found["twice"] = ended(by_python), ended(second)
        # The refused one has not let go of the lock.
        try:
            Spool(FOLDER / "mine", file_bytes=1, max_bytes=1, lock_wait_s=0.0)
            found["after"] = "it was let go of"
        except SpoolError as problem:
            found["after"] = str(problem)
        query.stop()
        held.close()
    found["jvm"] = str(spark._jvm.java.lang.ProcessHandle.current().pid())
    found["foreign"] = at("by-python", "by-native-checkpoint")
    cut = copy("cut")
    os.truncate(cut / list_segments(cut)[1].name, 10)
    found["cut"] = at("cut", "by-native-checkpoint")
    gone = copy("gone")
    os.unlink(gone / list_segments(gone)[-1].name)
    found["ahead"] = at("gone", "by-native-checkpoint")
    late = copy("late")
    last = list_segments(late)[-1]
    for segment in list_segments(late):
        os.unlink(late / segment.name)
    (late / segment_name(Mark(last.end + 1000, last.end))).write_bytes(b"later\n")
    found["behind"] = at("late", "by-native-checkpoint")
    changed = copy("changed")
    with (changed / last.name).open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        file.write(b"no end\n")
    found["changed"] = at("changed", "by-native-checkpoint")
    found["gone"] = gone_while_read()
    bare = copy("bare")
    os.unlink(bare / "spool.json")
    found["bare"] = at("bare", "by-native-checkpoint")
    return found


def failures() -> dict[str, Any]:
    """Each in one sentence, wherever it happens."""
    found = {
        "option": refused(lambda: lines_from(1, maxMemoryByte="1")),
        "port": refused(lambda: spark.readStream.format("native_socket").load()),
        "size": refused(lambda: lines_from(1, maxMemoryBytes="lots")),
        "both": refused(lambda: lines_from(1, maxRecordsPerTrigger=1, maxBytesPerTrigger=1)),
        "nobody": ended(Output().start(lines_from(1, connectTimeout="100ms"))),
        "available": refused(
            lambda: ended_raising(Output().start(lines_from(1), availableNow=True))
        ),
    }
    with Server() as server:
        query = Output().start(lines_from(server.port, maxLineBytes="1k"))
        server.accept().send(b"x" * 5000)
        found["long"] = ended(query)
    with Server() as server:
        query = Output().start(lines_from(server.port, encodingErrors="strict"))
        server.accept().send(b"good\nbad \xff\n")
        found["strict"] = ended(query)
    with Server() as server:
        output = Output()
        query = output.start(lines_from(server.port), "again")
        server.accept().send(b"one\n")
        until(lambda: output.lines, query)
        query.stop()
        found["again"] = ended(Output().start(lines_from(server.port), "again"))
    return found


def in_other_processes() -> dict[str, Any]:
    """What was shipped goes with its batch; a killed executor's task reads its lines again."""
    found: dict[str, Any] = {}
    output = Output()
    marker = FOLDER / "killed"

    def ended_once(line: str) -> str:
        if line.startswith("15 ") and not marker.exists():
            marker.touch()
            next(one for one in psutil.Process().parents() if one.name() == "java").kill()
        return line

    # Nothing that would be made small on its way.
    wanted = [f"{number} {random.Random(number).randbytes(LARGE).hex()}" for number in range(20)]
    with Server() as server:
        lines = lines_from(server.port, targetPartitionBytes="500k")
        query = output.start(lines.select(udf(ended_once, "string")("value")))
        peer = server.accept()
        for number, line in enumerate(wanted):
            peer.send(line.encode() + b"\n")
            _until_written(output, number + 1, query)
        found["killed"] = marker.exists()
        found["held"] = shipped()
        data = numbered(0, 200_000)
        peer.send(data)
        wanted += data.decode().splitlines()
        _until_written(output, len(wanted), query)
        found["same"] = output.lines == wanted
        found["partitions"] = max(output.partitions.values())
        query.stop()
        peer.close()
    until(lambda: shipped() < 0.5)
    return found


#: Bytes, two letters each; more than all that Spark itself broadcasts of such a query.
LARGE = 3_000_000


def shipped() -> float:
    """How many lines of this size driver and executors hold in memory."""
    used = 0
    found = spark.sparkContext._jsc.sc().getExecutorMemoryStatus().values().iterator()
    while found.hasNext():
        most_and_left = found.next()
        used += most_and_left._1() - most_and_left._2()
    return used / (2 * LARGE)


def rows_in_an_executor() -> dict[str, Any]:
    """Modes without batches read where the connection is, and it ends with the query."""
    found: dict[str, Any] = {}
    for mode in ("real", "continuous"):
        name = f"rows-{mode}"
        with Server() as server:
            writer = lines_from(server.port).writeStream.format("console")
            writer = writer.options(truncate="false", numRows="1000")
            writer = writer.option("checkpointLocation", str(FOLDER / name))
            writer = writer.outputMode("update" if mode == "real" else "append")
            query = writer.trigger(**TRIGGERS[mode]).start()
            until(server.called, query)
            peer = server.accept()
            for number in range(3):
                peer.send(numbered(100 * number, 100 * number + 100))
                until(partial(has_committed, name, 100 * number + 100), query)
            again = server.called()
            query.stop()
            peer.socket.settimeout(LONG_S)
            found[mode] = {"again": again, "closed": peer.socket.recv(1) == b""}
            peer.close()
    for name, given in (
        ("spool", {"spool": str(FOLDER / "elsewhere")}),
        ("nobody", {"connectTimeout": "100ms"}),
    ):
        writer = lines_from(1, **given).writeStream.format("console").outputMode("update")
        found[name] = ended(writer.trigger(**TRIGGERS["real"]).start())
    return found


def ended_raising(query: Any) -> None:
    query.awaitTermination(LONG_S)


def kept_jar() -> dict[str, Any]:
    """Compiled once: who asks again is given the same file."""
    path = Path(jar_for(spark))
    before = path.stat().st_mtime_ns
    return {"same": jar_for(spark) == str(path) and path.stat().st_mtime_ns == before}


def options() -> list[list[str]]:
    """Name, default and meaning of each."""
    text = str(native_object(spark, "Status").options())
    return [line.split("\t") for line in text.splitlines()]


STEPS = (
    every_kind_of_bytes,
    a_peer_that_goes,
    limits,
    too_fast,
    two_sockets,
    real_time,
    continuous,
    modes_on_one_checkpoint,
    one_format,
    torn_files,
    deleting,
    real_time_again,
    spool_failures,
    failures,
    kept_jar,
    options,
)


#: What is otherwise where tasks run in other JVMs than the driver's.
ON_A_CLUSTER = (in_other_processes, rows_in_an_executor)


def main() -> None:
    for step in STEPS if MASTER.startswith("local[") else ON_A_CLUSTER:
        try:
            finding = step()
        except Exception:
            finding = {"error": traceback.format_exc()}
        for query in spark.streams.active:
            query.stop()
        print(json.dumps({step.__name__: finding}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
