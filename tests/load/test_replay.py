"""Files as loads: Java's lines, round and round, at a rate or at their own pace."""

import bz2
import gzip
import lzma
import mmap
import subprocess
import sys

import numpy as np
import psutil
import pyarrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load import files
from bench.load.config import LoadConfig
from bench.load.content.replay import ReplayFile
from bench.load.errors import ReplayError
from bench.load.files import content
from bench.load.timing.replay_schedule import ReplaySchedule
from bench.load.timing.timestamps import leading_times
from bench.process.cgroup import Limits

pieces = st.sampled_from(
    [b"a", b"bc", b"\n", b"\r", b"\r\n", b"\0", "€".encode(), b"\xff", b"\xed\xa0\x80", b"\xf0\x9f"]
)
contents = st.lists(pieces, min_size=1, max_size=40).map(b"".join)


def read_lines(data):
    """``BufferedReader.readLine`` by its definition, a byte at a time."""
    lines, line, at = [], bytearray(), 0
    while at < len(data):
        byte = data[at : at + 1]
        at += 1
        if byte not in (b"\n", b"\r"):
            line += byte
            continue
        if byte == b"\r" and data[at : at + 1] == b"\n":
            at += 1
        lines.append(bytes(line))
        line.clear()
    if line:
        lines.append(bytes(line))
    return lines


@given(contents, st.integers(0, 30), st.integers(1, 30))
@settings(deadline=None)
def test_records_are_javas_lines_round_and_round(data, first, count):
    wanted = read_lines(data)
    replay = ReplayFile(data)
    assert len(replay) == len(wanted)
    for streams in range(1, min(len(wanted), 3) + 1):
        for stream in range(streams):
            own = wanted[stream::streams]
            lines = replay.lines(stream, streams)
            block = bytes(lines.block(first, count))
            records = [own[k % len(own)] for k in range(first, first + count)]
            assert block == b"".join(record + b"\n" for record in records)
            ends = np.cumsum([len(record) + 1 for record in records])
            assert lines.wire_ends(first, count).tolist() == ends.tolist()
            assert lines.total_bytes(first, count) == lines.sizes(first, count).sum()
            assert 1 <= lines.block_records(first) <= len(lines)


@given(contents, st.integers(1, 10))
def test_payload_bytes_are_what_an_engine_counts(data, count):
    lines = ReplayFile(data).lines()
    own = read_lines(data)
    # Python's decoder agrees with Java's but for surrogates, which the test below pins.
    plain = [record.replace(b"\xed\xa0\x80", "\ufffd".encode()) for record in own]
    sizes = [len(record.decode(errors="replace").encode()) for record in plain]
    assert lines.sizes(0, count).tolist() == [sizes[k % len(own)] for k in range(count)]


@pytest.mark.parametrize(
    ("line", "size"),
    [
        # What OpenJDK 17's InputStreamReader(…, UTF_8) gives, measured; U+FFFD is 3 bytes.
        (b"plain", 5),
        ("€😀".encode(), 7),
        (b"\xff", 3),
        (b"\xc0\x80", 6),
        (b"\xe2\x82", 3),
        (b"\xf0\x9f\x98", 3),
        (b"\xf4\x90\x80\x80", 12),
        (b"\xed\xa0\x80", 3),
        (b"\xed\xb0a", 4),
        (b"\xed\xa0\x80\xed\xb0\x80", 6),
        (b"\xef\xbb\xbfa", 4),
        (b"a\0b", 3),
        (b"", 0),
    ],
)
def test_malformed_input_as_java_decodes_it(line, size):
    assert ReplayFile(line + b"\n").lines().total_bytes(0, 2) == 2 * size


def test_a_large_file_is_quick_to_load(tmp_path):
    path = tmp_path / "large.txt"
    path.write_bytes(b"".join(b"line %d of a text file\n" % k for k in range(200_000)))
    lines = ReplayFile.load(path).lines()
    assert len(lines) == 200_000
    total, at = 0, 0
    while at < 200_000:
        count = lines.block_records(at)
        total += len(lines.view(at, count))
        at += count
    assert total == path.stat().st_size
    assert lines.total_bytes(0, 400_000) == 2 * (total - 200_000)


def test_unusable_files(tmp_path):
    empty = tmp_path / "empty.txt"
    empty.touch()
    for path, part in (
        (tmp_path / "missing.txt", "no such file"),
        (empty, "is empty"),
        (tmp_path, "directory"),
        ("a\0b", "cannot be read"),
    ):
        with pytest.raises(ReplayError, match=part) as caught:
            ReplayFile.load(path)
        assert str(caught.value).startswith(str(path))
    with pytest.raises(ReplayError, match="too few"):
        ReplayFile(b"one\n").lines(0, 2)


LOG = b"""\
2024-03-01T12:00:00Z start
2024-03-01T12:00:00.250+00:00 a quarter later
2024-03-01 12:00:00.100 out of order
[2024-03-01T13:00:01+01:00] another zone
2024-03-01 12:00:02,500 with a comma
"""


def test_iso_timestamps():
    assert leading_times(LOG) == pytest.approx([0, 0.25, 0.25, 1, 2.5], abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        b"1700000000,a\n1700000001.5,b\n",
        b"1700000000000 a\n1700000001500 b\n",
        b"1700000000000000;a\n1700000001500000;b\n",
        b"1700000000000000000\ta\n1700000001500000000\tb\n",
    ],
)
def test_epoch_timestamps(text):
    assert leading_times(text) == pytest.approx([0, 1.5], abs=1e-9)


@pytest.mark.parametrize(
    "line", [b"no time", b"", b"12 a", b"2024-13-01T00:00:00 a", b"1700000000x"]
)
def test_lines_without_a_timestamp(line):
    with pytest.raises(ReplayError, match=r"log\.txt:2: the line does not begin with a timestamp"):
        leading_times(b"1700000000 a\n" + line + b"\n", "log.txt")


@given(
    st.lists(st.floats(0, 10), min_size=2, max_size=30),
    st.floats(0.1, 100),
    st.integers(1, 2),
    st.floats(0, 100),
)
def test_own_pace(gaps, speed, streams, t_s):
    offsets = np.cumsum([0.0, *gaps[1:], 0.5])
    parts = [ReplaySchedule(offsets, speed, k, streams) for k in range(streams)]
    for part in parts:
        times = part.times(0, 200)
        assert np.all(np.diff(times) >= 0)
        assert times[0] >= 0
        assert np.array_equal(part.times(57, 20), times[57:77])
        assert part.time(99) == times[99]
        for moment in (float(times[40]), t_s):
            if moment <= times[-1]:
                assert part.count_before(moment) == np.searchsorted(times, moment)
    own = parts[0].times(0, len(offsets[::streams]))
    assert own * speed == pytest.approx(offsets[::streams])
    later = sum(part.count_before(100 * part.period_s / speed) for part in parts)
    assert later == pytest.approx(100 * len(offsets), abs=2 * streams)


def test_schedules_are_made_again_from_their_dictionary(tmp_path):
    path = tmp_path / "log.txt"
    path.write_bytes(LOG)
    config = LoadConfig(replay=str(path), speed=2.0, streams=2)
    again = LoadConfig.from_dict(config.to_dict())
    for one, two in zip(config.schedules(), again.schedules(), strict=True):
        assert np.array_equal(one.times(0, 50), two.times(0, 50))
    schedule = config.schedules()[1]
    offsets = leading_times(LOG)
    same = ReplaySchedule.from_dict(schedule.to_dict(), offsets, schedule.sha256)
    assert np.array_equal(same.times(0, 50), schedule.times(0, 50))
    with pytest.raises(ReplayError, match="changed"):
        ReplaySchedule.from_dict(schedule.to_dict(), offsets, "another")


def test_wrong_pace():
    with pytest.raises(ReplayError, match="two different timestamps"):
        ReplaySchedule(np.zeros(5))
    with pytest.raises(ValueError, match="speed"):
        ReplaySchedule(np.array([0.0, 1.0]), 0)


def packed_with_zstd(data):
    return pyarrow.compress(data, codec="zstd", asbytes=True)


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress, packed_with_zstd])
def test_compressed_files_are_sent_as_their_lines_whatever_their_name(tmp_path, pack):
    file = tmp_path / "access.log"
    lines = b"one\ntwo\nthree" * 1000
    file.write_bytes(pack(lines))
    replay = ReplayFile.load(file)
    assert bytes(replay.lines().block(0, 3)) == b"one\ntwo\nthreeone\n"
    assert replay.sha256 != ReplayFile(lines).sha256  # of the file's own bytes
    # More than there is room for comes from a copy on disk.
    data, _sha256 = content(file, budget=100)
    assert isinstance(data, mmap.mmap)
    assert bytes(data) == lines
    file.write_bytes(pack(lines)[:-9])
    with pytest.raises(ReplayError, match=r"access\.log: its (gzip|bzip2|xz|zstd) data"):
        ReplayFile.load(file)


def test_marks_of_windows_are_no_part_of_the_first_line(tmp_path):
    file = tmp_path / "log"
    file.write_bytes(b"\xef\xbb\xbf2026-01-01T00:00:00Z a\n2026-01-01T00:00:02Z b\n")
    replay = ReplayFile.load(file)
    assert bytes(replay.data).startswith(b"2026")
    assert leading_times(replay.data).tolist() == [0.0, 2.0]
    file.write_bytes("a\n".encode("utf-16"))
    with pytest.raises(ReplayError, match=r"its text is UTF-16: convert it \(iconv"):
        ReplayFile.load(file)


SMALL_MEMORY = """
import resource, sys
from bench.load.content.replay import ReplayFile
from bench.load.files import content

path, room = sys.argv[1], int(sys.argv[2])
status = open("/proc/self/status").read()
used = int(status.partition("VmData:")[2].split()[0]) * 1024
resource.setrlimit(resource.RLIMIT_DATA, (used + room, used + room))
try:
    bytes(2 * room)
    sys.exit("the limit is none")
except MemoryError:
    pass
lines = ReplayFile.load(path).lines()
last = bytes(lines.block(len(lines) - 1, 1))
print(len(lines), last == b"b" * 9_999 + b"\\n", lines.total_bytes(0, len(lines)))
"""


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_file_larger_than_memory_is_replayed_from_disk(tmp_path, end):
    file, count, room = tmp_path / "large", 20_000, 150 << 20
    line = b"a" * 9_999 + (end.encode() or b"\n")
    with file.open("wb") as out:
        for _ in range(10):
            out.write(line * ((count - 10) // 10))
        out.write((b"b" * 9_999 + (end.encode() or b"\n")) * 10)
    if not end:
        with file.open("rb+") as out:
            out.truncate(file.stat().st_size - 1)
    assert file.stat().st_size > 190_000_000 > room
    command = [sys.executable, "-c", SMALL_MEMORY, str(file), str(room)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    lines = (count - 10) // 10 * 10 + 10
    assert (done.stdout.split(), done.stderr) == ([str(lines), "True", str(lines * 9_999)], "")


def test_a_container_with_less_memory_than_its_machine_is_believed(monkeypatch):
    free = psutil.virtual_memory().available
    monkeypatch.setattr(files, "limits", lambda: Limits(None, 1 << 20, True))
    assert files._room() == (1 << 20) * files.SHARE
    monkeypatch.setattr(files, "limits", lambda: Limits(None, None, True))
    assert files._room() > free // 8


@pytest.mark.parametrize("data", [b"a\nb\xff\nccc\n", b"a\r\nb", b"\xef\xbb\xbfa\n\nb\n"])
def test_what_is_mapped_is_the_same_as_what_is_read(tmp_path, data, monkeypatch):
    monkeypatch.setattr("bench.load.content.replay.PIECE", 4)
    file = tmp_path / "log"
    file.write_bytes(data)
    mapped, sha256 = content(file, budget=0)
    assert not isinstance(mapped, bytes)
    found, wanted = ReplayFile(mapped, sha256=sha256), ReplayFile.load(file)
    assert found.sha256 == wanted.sha256
    for one in (found, wanted):
        assert bytes(one.data) == bytes(wanted.data)
        assert one.lines().sizes(0, 4).tolist() == wanted.lines().sizes(0, 4).tolist()
        assert bytes(one.lines().block(0, 4)) == bytes(wanted.lines().block(0, 4))
    if len(found) > 1:
        assert bytes(found.lines(1, 2).block(0, 1)) == bytes(wanted.lines(1, 2).block(0, 1))


def stamped(*times):
    return b"".join(f"{time} x\n".encode() for time in times)


def clock(hour, seconds):
    return [f"2026-10-25 {hour:02d}:{s // 60:02d}:{s % 60:02d}" for s in seconds]


def test_a_clock_that_is_set_back_repeats_an_hour():
    name = "autumn.log"
    every = range(0, 3600, 10)
    data = stamped(*clock(1, every), *clock(2, every), *clock(2, every), *clock(3, every))
    assert leading_times(data, name).tolist() == [10.0 * n for n in range(4 * len(every))]
    # With zones there is nothing to mend: that hour is out of order.
    zoned = data.replace(b" x", b"Z x")
    assert leading_times(zoned, name)[-1] == 3 * 3600 - 10
    # A single line that is late is out of order too.
    late = stamped(*clock(1, every), *clock(1, [0]), *clock(2, every))
    assert leading_times(late, name)[-1] == 2 * 3600 - 10


@pytest.mark.parametrize(
    ("line", "year", "words"),
    [
        (11, 2027, r"log:11: its time lies 365 days after those of nearly all other lines"),
        (1, 2025, r"log:1: its time lies 365 days before"),
        (2000, 2029, r"log:2000: its time lies 1,09\d days after"),
    ],
)
def test_a_time_far_from_all_others_is_named_with_its_line(line, year, words):
    times = [f"2026-03-01T00:{s // 60:02d}:{s % 60:02d}Z" for s in range(2000)]
    times[line - 1] = times[line - 1].replace("2026", str(year))
    with pytest.raises(ReplayError, match=words):
        leading_times(stamped(*times), "log")


def test_a_long_break_is_no_fault_of_a_line():
    times = [*range(100), *range(8 * 3600, 8 * 3600 + 100)]
    found = leading_times(stamped(*(1_700_000_000 + t for t in times)))
    assert found.tolist() == times
