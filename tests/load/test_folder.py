"""A watched directory as the place a load goes to."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.contract.files import END, STAGING, file_name, ranges_of
from bench.load.config import LoadConfig
from bench.load.content.payload import Payload
from bench.load.sending.folder import Cuts, FolderSender
from bench.load.sending.lag import SendLog
from bench.load.sending.process import LoadProcess
from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from tests.long import examples

FILE_S = 0.2


class Watch:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def begun(tmp_path: Path, config: LoadConfig) -> tuple[FolderSender, Watch]:
    watch = Watch()
    sender = FolderSender(tmp_path, config.streams, config.file_s, clock=watch)
    parts = zip(sender.channels, config.lines(), config.schedules(), strict=True)
    for channel, lines, schedule in parts:
        channel.begin(lines, schedule, watch.now, SendLog())
    return sender, watch


def files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.txt"))


def test_each_cut_brings_a_file_with_what_was_due_before_it(tmp_path):
    config = LoadConfig(1000, payload=Payload(40), file_s=FILE_S)
    sender, watch = begun(tmp_path, config)
    channel = sender.channels[0]
    assert channel.pump(100.1) == pytest.approx(100.2)
    assert files(tmp_path / "0") == []
    watch.now = 100.2
    assert channel.pump(watch.now) == pytest.approx(100.4)
    assert [path.name for path in files(tmp_path / "0")] == [file_name(0, 0, 200)]
    watch.now = 101.05  # it was late: what had fallen due meanwhile is one file
    channel.pump(watch.now)
    assert ranges_of(path.name for path in files(tmp_path / "0")) == ((0, 0, 1000),)
    data = b"".join(path.read_bytes() for path in files(tmp_path / "0"))
    assert data == config.lines()[0].block(0, 1000)
    assert list((tmp_path / STAGING).iterdir()) == []
    assert channel.total_bytes() == len(data) - 1000


def test_a_cut_without_records_brings_no_file(tmp_path):
    sender, watch = begun(tmp_path, LoadConfig(1.0, payload=Payload(40)))
    for step in range(1, 30):
        watch.now = 100 + step * FILE_S
        sender.channels[0].pump(watch.now)
    assert len(files(tmp_path / "0")) == 6


@given(
    st.sampled_from(["constant", "poisson", "burst:factor=5,at=1s,for=500ms"]),
    st.floats(0.5, 5000),
    st.sampled_from([0.05, 0.1, 0.2, 0.25, 1.0]),
    st.integers(1, 3),
)
@settings(max_examples=examples(40), deadline=None)
def test_cuts_are_a_schedule_like_any_other(arrivals, rate, file_s, streams):
    schedule = Schedule(parse_arrivals(arrivals), rate, 5, streams - 1, streams)
    cuts = Cuts(schedule, file_s)
    due, cut = schedule.times(0, 300), cuts.times(0, 300)
    assert (np.diff(cut) >= 0).all()
    assert (cut > due - 1e-9).all()
    assert (cut - due <= file_s * (1 + 1e-6)).all()
    for t_s in (0.0, file_s, 3 * file_s, 3.3 * file_s, float(cut[150])):
        if t_s <= cut[-1]:
            assert cuts.count_before(t_s) == int((cut < t_s - 1e-9).sum())


@given(st.integers(1, 60), st.floats(10, 3000))
@settings(max_examples=examples(30), deadline=None)
def test_what_is_written_at_a_cut_is_what_the_cuts_say(tmp_path_factory, step, rate):
    config = LoadConfig(rate, payload=Payload(20))
    sender, watch = begun(tmp_path_factory.mktemp("cuts"), config)
    watch.now = 100.0 + step * FILE_S
    channel = sender.channels[0]
    channel.pump(watch.now)
    cuts = Cuts(config.schedules()[0], FILE_S)
    assert channel.sent == cuts.count_before(step * FILE_S + 0.01)


def test_a_generator_process_fills_the_folders_of_its_streams(tmp_path):
    config = LoadConfig(
        5000, payload=Payload(60), streams=2, seed=4, directory=str(tmp_path), file_s=0.1
    )
    with LoadProcess(config) as load:
        assert load.listen() == (0, 0)
        assert [one.peer for one in load.wait_accepted(10)] == ["directory"] * 2
        assert not (tmp_path / "0" / END).exists()
        load.go(time.time() + 0.1)
        report = load.stop(after_s=0.6)
        lag = load.lag(0.1, 0.5)
        load.close_connections()
        deadline = time.monotonic() + 10
        while not (tmp_path / "1" / END).exists():
            assert time.monotonic() < deadline
            time.sleep(0.01)
    intended = [schedule.count_before(0.6) for schedule in config.schedules()]
    assert list(report.sent_records) == intended
    for stream, (lines, records) in enumerate(zip(config.lines(), intended, strict=True)):
        paths = files(tmp_path / str(stream))
        assert ranges_of(path.name for path in paths) == ((stream, 0, records),)
        data = b"".join(path.read_bytes() for path in paths)
        assert data == bytes(lines.block(0, records))
        assert report.sent_bytes[stream] == len(data) - records
        # A coarse clock stamps the file some milliseconds early, never the next cut's.
        assert all(path.stat().st_mtime <= time.time() for path in paths)
    # The wait for the cut is not the generator's lag, though it is up to 100 ms.
    assert lag.undelivered == 0
    assert lag.n == 2000
    assert lag.blocked_s.max == 0
    assert (report.torn, report.blocked_s) == ((False, False), (0.0, 0.0))


def test_a_folder_that_cannot_be_written_ends_the_load_with_a_sentence(tmp_path):
    from bench.load.errors import LoadError

    config = LoadConfig(1000, payload=Payload(60), directory=str(tmp_path), file_s=0.05)
    with LoadProcess(config) as load:
        load.listen()
        load.wait_accepted(10)
        (tmp_path / STAGING).rmdir()
        load.go(time.time())
        with pytest.raises(LoadError, match="cannot be written"):
            load.stop(after_s=5.0, timeout_s=10.0)


def test_stamped_lines_do_not_go_into_files():
    with pytest.raises(ValueError, match="leave directory or stamp out"):
        LoadConfig(payload=Payload(stamp=True), directory="/nowhere")
