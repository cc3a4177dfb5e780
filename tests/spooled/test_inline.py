"""Small batches go with their plan, as PySpark's own runner of sources sends them; no JVM."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pytest
from pyspark.serializers import CPickleSerializer, UTF8Deserializer, read_int, write_with_length
from pyspark.sql.datasource import DataSourceStreamReader
from pyspark.sql.streaming import python_streaming_source_runner as runner
from pyspark.sql.streaming.datasource import ReadAllAvailable
from pyspark.sql.types import StructType

from structured.spooled import SpoolError
from structured.spooled.options import read_options
from structured.spooled.source import SpooledSocketDataSource
from tests.spooled.peers import Server, until
from tests.spooled.test_batches import values

SCHEMA = StructType().add("value", "string")

#: Two small batches, and one that is not.
SMALL, LARGE = 100, 1000


class Query:
    """What the JVM asks of a reader, over the functions that answer it."""

    def __init__(self, **options: Any) -> None:
        self.source = SpooledSocketDataSource({key: str(v) for key, v in options.items()})
        self.reader: Any = self.source.streamReader(SCHEMA)
        self.start = self.reader.initialOffset()

    def next(self, records: int) -> dict[str, Any]:
        """The end of a batch of so many records, once they are received."""
        wanted = self.start["records"] + records
        end: dict[str, Any] = {}

        def there() -> bool:
            end.update(self.reader.latestOffset(self.start, ReadAllAvailable()))
            return int(end["records"]) >= wanted

        until(there, "receiving")
        assert end["records"] == wanted
        return end

    def plan(self, end: dict[str, Any]) -> tuple[list[Any], int, list[str]]:
        """Partitions, PySpark's word for what follows them, and the lines that do."""
        asked, told = io.BytesIO(), io.BytesIO()
        for offset in (self.start, end):
            write_with_length(json.dumps(offset).encode(), asked)
        asked.seek(0)
        runner.partitions_func(self.reader, self.source, SCHEMA, 10_000, asked, told)
        told.seek(0)
        pickled = CPickleSerializer()
        partitions = [pickled._read_with_length(told) for _ in range(read_int(told))]
        word = read_int(told)
        lines: list[str] = []
        if word == runner.NON_EMPTY_PYARROW_RECORD_BATCHES:
            read_int(told)
            with pa.ipc.open_stream(told) as stream:
                lines = values(stream)
        return partitions, word, lines

    def read(self, partitions: list[Any]) -> list[str]:
        """As the tasks do, in copies of the reader."""
        copy = CPickleSerializer().loads(CPickleSerializer().dumps(self.reader))
        return [line for partition in partitions for line in values(copy.read(partition))]

    def flags(self) -> int:
        told = io.BytesIO()
        runner.check_support_func(self.reader, told)
        return int(struct.unpack("!i", told.getvalue())[0])


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


def lines(first: int, past: int) -> list[str]:
    return [f"line {number}" for number in range(first, past)]


def sent(these: list[str]) -> bytes:
    return "".join(line + "\n" for line in these).encode()


def test_a_small_batch_is_inlined_and_a_large_one_is_not(server, tmp_path):
    query = Query(path=tmp_path, port=server.port, inlineRecords=SMALL)
    query.reader.latestOffset(query.start, ReadAllAvailable())
    peer = server.accept()
    first = 0
    for records, inlined in ((SMALL, True), (LARGE, False), (1, True)):
        wanted = lines(first, first + records)
        peer.send(sent(wanted))
        end = query.next(records)
        for _ in range(2):  # Spark may plan a batch more than once, and after a crash again.
            partitions, word, got = query.plan(end)
            expected = (
                runner.NON_EMPTY_PYARROW_RECORD_BATCHES
                if inlined
                else runner.PREFETCHED_RECORDS_NOT_FOUND
            )
            assert word == expected
            assert got == (wanted if inlined else [])
            # A task that does not find the block reads the same.
            assert len(partitions) == 1
            assert query.read(partitions) == wanted
        query.start, first = end, first + records
    partitions, word, _got = query.plan(query.start)
    assert (partitions, word) == ([], runner.PREFETCHED_RECORDS_NOT_FOUND)
    query.reader.stop()


def test_a_batch_of_several_tasks_or_many_bytes_is_not_inlined(server, tmp_path):
    for name, options, line in (
        ("tasks", {"targetPartitionBytes": "1k"}, "x" * 100),
        ("bytes", {}, "x" * 100_000),
    ):
        query = Query(path=tmp_path / name, port=server.port, **options)
        query.reader.latestOffset(query.start, ReadAllAvailable())
        peer = server.accept()
        wanted = [line] * 20
        peer.send(sent(wanted))
        partitions, word, _got = query.plan(query.next(20))
        assert word == runner.PREFETCHED_RECORDS_NOT_FOUND
        assert query.read(partitions) == wanted
        peer.close()
        query.reader.stop()


def test_what_a_line_does_wrong_is_said_where_it_is_read(server, tmp_path):
    query = Query(path=tmp_path, port=server.port, encodingErrors="strict")
    query.reader.latestOffset(query.start, ReadAllAvailable())
    peer = server.accept()
    peer.send(b"bad \xff\n")
    with pytest.raises(SpoolError, match="a line is not UTF-8"):
        query.plan(query.next(1))
    query.reader.stop()


@pytest.mark.parametrize(
    ("options", "inlined"),
    [
        ({}, True),
        ({"inlineRecords": 0}, False),
        # Of such a reader Spark would not report what waits behind the limit.
        ({"maxRecordsPerTrigger": 10}, False),
        ({"maxBytesPerTrigger": "1m"}, False),
    ],
)
def test_who_is_inlined_and_all_can_drain(tmp_path, options, inlined):
    query = Query(path=tmp_path, port=1, **options)
    assert hasattr(query.reader, "getCache") == inlined
    assert query.flags() == (
        runner.SUPPORTS_ADMISSION_CONTROL | runner.SUPPORTS_TRIGGER_AVAILABLE_NOW
    )
    told = io.BytesIO()
    runner.prepare_for_trigger_available_now_func(query.reader, told)
    assert query.reader.latestOffset(query.start, ReadAllAvailable()) == query.start
    told = io.BytesIO()
    runner.report_latest_offset_func(query.reader, told)
    told.seek(0)
    if inlined:
        assert read_int(told) == 0
    else:
        assert json.loads(UTF8Deserializer().loads(told))["records"] == 0
    query.reader.stop()


def test_without_pyspark_s_class_every_batch_is_read_by_workers(monkeypatch):
    from structured.spooled import inline

    options = read_options({"path": "/x", "port": "1"})
    assert inline.can_inline(options)
    monkeypatch.setattr(inline, "SimpleReader", DataSourceStreamReader)
    assert not inline.can_inline(options)
