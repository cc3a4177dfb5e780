"""The source as Spark drives it: offsets, batches, commits, restarts; without Spark."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from structured.spooled import SpoolError
from structured.spooled.batches import read_pieces
from structured.spooled.live import LiveSource
from structured.spooled.segments import list_segments
from structured.spooled.status import read_status
from tests.long import examples
from tests.spooled.peers import Server, options, until
from tests.spooled.test_batches import values


class Driver:
    """Does what ``MicroBatchExecution`` does with a source, and remembers what it would store."""

    def __init__(self, settings, offsets=(), committed=0) -> None:
        self.live = LiveSource(settings, lock_wait_s=0.0)
        self.offsets = list(offsets)  # the offset log
        self.committed = committed  # entries of the commit log
        self.output: list[list[str]] = []

    def start(self):
        done = self.offsets[: self.committed]
        return done[-1] if done else self.live.initial()

    def plan(self, **limit) -> bool:
        """Make the next batch and log it; False where there is nothing new."""
        start = self.start()
        end = self.live.latest(start, **limit)
        if end == start and self.offsets:
            return False
        self.offsets.append(dict(end))
        if len(self.offsets) > 1:
            self.live.commit(self.offsets[-2])
        return True

    def run(self) -> list[str]:
        """Read the batch that was planned last and commit it."""
        start, end = self.start(), self.offsets[self.committed]
        folder, identity = self.live.spool.folder, self.live.spool.identity
        tasks = self.live.plan(start, end)
        lines = [v for task in tasks for v in values(read_pieces(folder, identity, task))]
        assert len(lines) == end["records"] - start["records"]
        self.committed += 1
        return lines

    def batch(self, **limit) -> list[str]:
        return self.run() if self.plan(**limit) else []

    def received(self, records: int) -> None:
        until(lambda: self.live.spool.end.records >= records, "receiving")


@pytest.fixture
def server():
    with Server() as one:
        yield one


def lines(first: int, past: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, past))


def test_batches_hold_what_came_between_them(tmp_path, server):
    driver = Driver(options(tmp_path, server.port))
    assert driver.batch() == []
    peer = server.accept()
    peer.send(lines(0, 3))
    driver.received(3)
    assert driver.batch() == ["line 0", "line 1", "line 2"]
    assert not driver.plan()
    peer.send(lines(3, 4))
    driver.received(4)
    assert driver.batch() == ["line 3"]
    assert driver.offsets[-1]["records"] == 4
    assert driver.offsets[-1]["peer"] == f"127.0.0.1:{server.port}"
    driver.live.close()


def test_nobody_is_asked_before_spark_asks_for_data(tmp_path):
    # A connection takes lines off the server; the first sign of life must not.
    live = LiveSource(options(tmp_path, 1), lock_wait_s=0.0)
    first = live.initial()
    live.plan(first, first)
    live.commit(first)
    assert live.reported() == first
    assert read_status(tmp_path) is None
    live.close()


def test_a_batch_is_the_same_after_a_restart(tmp_path, server):
    settings_ = options(tmp_path, server.port)
    one = Driver(settings_)
    one.plan()
    one.run()
    peer = server.accept()
    peer.send(lines(0, 5))
    one.received(5)
    assert one.batch(max_records=2) == ["line 0", "line 1"]
    assert one.plan(max_records=2)
    # The driver dies here: the batch was planned and maybe written, but never committed.
    one.live.close()
    two = Driver(settings_, one.offsets, one.committed)
    assert two.run() == ["line 2", "line 3"]
    assert two.batch() == ["line 4"]
    two.live.close()
    peer.close()


def test_limits(tmp_path, server):
    driver = Driver(options(tmp_path, server.port))
    driver.batch()
    peer = server.accept()
    peer.send(lines(0, 9))
    driver.received(9)
    assert driver.batch(max_records=4) == [f"line {n}" for n in range(4)]
    assert driver.batch(max_bytes=15) == ["line 4", "line 5"]
    assert driver.batch(max_bytes=1) == ["line 6"]
    assert driver.batch() == ["line 7", "line 8"]
    driver.live.close()
    peer.close()


def test_draining_ends_where_it_began_and_connects_to_nobody(tmp_path, server):
    settings_ = options(tmp_path, server.port)
    one = Driver(settings_)
    one.batch()
    peer = server.accept()
    peer.send(lines(0, 5))
    one.received(5)
    one.live.close()
    two = Driver(settings_, one.offsets, one.committed)
    two.live.drain()
    two.live.spool.append(b"too late\n", 1)
    got = []
    while two.plan(max_records=2):
        got += two.run()
    assert got == [f"line {n}" for n in range(5)]
    assert two.live.receiver._thread is None
    two.live.close()
    peer.close()


def test_a_checkpoint_of_another_spool_is_refused_before_anything_is_received(tmp_path, server):
    one = Driver(options(tmp_path / "one", server.port))
    one.batch()
    peer = server.accept()
    one.live.close()
    two = LiveSource(options(tmp_path / "two", server.port))
    for call in (two.latest, two.commit, lambda offset: two.plan(offset, offset)):
        with pytest.raises(SpoolError, match=r"the checkpoint belongs to the spool [0-9a-f]{32},"):
            call(one.offsets[-1])
    with pytest.raises(SpoolError, match=r"no offset of a spooled socket"):
        two.latest({"port": 3})
    assert read_status(tmp_path / "two") is None
    two.close()
    peer.close()


def test_a_spool_that_lost_lines_is_refused(tmp_path, server):
    settings_ = options(tmp_path, server.port)
    one = Driver(settings_)
    one.batch()
    peer = server.accept()
    peer.send(lines(0, 5))
    one.received(5)
    one.batch()
    one.live.close()
    (segment,) = list_segments(tmp_path)
    path = tmp_path / segment.name
    path.write_bytes(path.read_bytes()[:14])  # as after a crash of the machine
    two = Driver(settings_, one.offsets, one.committed)
    with pytest.raises(SpoolError, match=r"the checkpoint is 21 bytes ahead"):
        two.plan()
    two.live.close()
    peer.close()


def test_a_dead_receiver_ends_the_query(tmp_path, server):
    driver = Driver(options(tmp_path, server.port, max_line_bytes=10))
    driver.batch()
    peer = server.accept()
    peer.send(b"x" * 100)
    with pytest.raises(SpoolError, match=r"a line of more than 10 bytes"):
        until(lambda: driver.live.latest(driver.start()) is None)
    driver.live.close()
    peer.close()


@pytest.mark.parametrize("retain", [0, 1, 3])
def test_committed_files_go_but_for_the_batches_retained(tmp_path, server, retain):
    driver = Driver(options(tmp_path, server.port, segment_bytes=1, retain_batches=retain))
    driver.batch()
    peer = server.accept()
    for number in range(8):
        peer.send(b"%d\n" % number)
        driver.received(number + 1)
        assert driver.batch() == [str(number)]
        # Of the last batch Spark tells when it makes the next.
        needed = driver.offsets[max(0, len(driver.offsets) - 2 - retain)]
        assert driver.live.spool.start.position <= needed["bytes"]
        assert len(list_segments(tmp_path)) <= retain + 1
    driver.live.close()
    peer.close()


def test_a_full_spool_goes_on_though_its_last_batch_is_never_committed(tmp_path, server):
    # Spark commits a batch when it makes the next, and a full spool brings nothing new.
    changes = {"max_spool_bytes": 64, "segment_bytes": 8, "retain_batches": 0}
    driver = Driver(options(tmp_path, server.port, **changes))
    driver.batch()
    peer = server.accept()
    got: list[str] = []
    for number in range(200):
        peer.send(b"%03d\n" % number)
    peer.close()

    def all_there() -> bool:
        got.extend(driver.batch())
        return len(got) >= 200

    until(all_there, "the rest")
    assert got == [f"{number:03d}" for number in range(200)]
    driver.live.close()


@given(st.lists(st.sampled_from(["send", "plan", "run", "crash"]), max_size=30), st.data())
@settings(max_examples=examples(25))
def test_everything_received_is_delivered_once_through_any_crashes(steps, data):
    """A sink idempotent by batch id, and a driver that may die after any step."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch, Server() as server:
        settings_ = options(
            Path(scratch) / "spool",
            server.port,
            segment_bytes=data.draw(st.integers(1, 60)),
            retain_batches=data.draw(st.integers(0, 2)),
        )
        sink: dict[int, list[str]] = {}
        driver = Driver(settings_)
        driver.plan()
        peer = server.accept()
        sent = 0
        for step in [*steps, "crash", "plan", "run", "plan", "run"]:
            if step == "send":
                peer.send(lines(sent, sent + 3))
                sent += 3
                driver.received(sent)
            elif step == "plan" and driver.committed == len(driver.offsets):
                driver.plan(max_records=data.draw(st.sampled_from([0, 2, 5])))
            elif step == "run" and driver.committed < len(driver.offsets):
                number = driver.committed
                sink[number] = driver.run()
                if data.draw(st.booleans()):
                    driver.committed = number  # it dies between the sink and the commit log
                    sink[number] = driver.run()
            elif step == "crash":
                driver.live.close()
                peer.close()
                driver = Driver(settings_, driver.offsets, driver.committed)
                driver.live.latest(driver.start())
                peer = server.accept()
        while driver.committed < len(driver.offsets) or driver.plan():
            number = driver.committed
            sink[number] = driver.run()
        assert [v for number in sorted(sink) for v in sink[number]] == [
            f"line {n}" for n in range(sent)
        ]
        driver.live.close()
        peer.close()
