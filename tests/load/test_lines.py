"""Generated lines: unique, of the wanted size, a function of their index alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.load.content.digits import write_digits
from bench.load.content.lines import PayloadLines
from bench.load.content.payload import Payload
from bench.load.timing.arrivals import Arrivals
from bench.load.timing.schedule import Schedule
from tests.long import examples

SCHEDULE = Schedule(Arrivals(poisson=True), 1000, 5)
T0 = 1_700_000_000.25
GOLDEN = b"020000000123 k000004 xudpitgvomqcmhdqoox\n"

payloads = st.builds(
    lambda size, spread, keys, skew, stamp: Payload(size, spread, keys, skew if keys else 0, stamp),
    st.integers(90, 300),
    st.one_of(st.just(0.0), st.floats(0, 0.5)),
    st.one_of(st.just(0), st.integers(1, 5000)),
    st.floats(0, 2),
    st.booleans(),
)


def lines_of(payload, seed=3, stream=1):
    return PayloadLines(payload, seed, stream, T0, SCHEDULE)


@given(payloads, st.integers(0, 2500), st.lists(st.integers(0, 900), min_size=1, max_size=5))
@settings(max_examples=examples(60), deadline=None)
def test_blocks_may_be_cut_anywhere(payload, first, counts):
    whole = lines_of(payload).block(first, sum(counts))
    lines, at, parts = lines_of(payload), first, []
    for count in counts:
        parts.append(lines.block(at, count))
        assert bytes(lines.view(at, count)) == parts[-1]
        at += count
    assert b"".join(parts) == whole
    assert whole.isascii()


@given(payloads, st.integers(0, 10**7), st.integers(0, 600))
@settings(max_examples=examples(60), deadline=None)
def test_sizes_are_those_of_the_lines(payload, first, count):
    lines = lines_of(payload)
    block = lines.block(first, count)
    made = block.split(b"\n")[:-1]
    assert [len(line) for line in made] == lines.sizes(first, count).tolist()
    assert sum(len(line) for line in made) == lines.total_bytes(first, count)
    assert all(payload.smallest <= len(line) <= payload.largest for line in made)
    assert lines.wire_ends(first, count).tolist() == [
        k + 1 for k, byte in enumerate(block) if byte == 10
    ]
    assert lines.block_records(first) >= 1
    if lines.width is not None:
        assert len(block) == count * lines.width


@given(payloads, st.integers(0, 10**9))
@settings(max_examples=examples(40), deadline=None)
def test_lines_are_unique_and_numbered(payload, first):
    for stream in (0, 7):
        made = lines_of(payload, stream=stream).block(first, 300).split(b"\n")[:-1]
        numbers = [int(line[:12]) for line in made]
        assert numbers == [stream * 10**10 + first + k for k in range(300)]


def test_fields():
    line = PayloadLines(Payload(60, keys=2_000_000), 1, 3).block(41, 1).decode()
    number, key, filler = line.rstrip("\n").split(" ")
    assert (number, key[0], len(key)) == ("030000000041", "k", 8)
    assert filler.isalpha()
    assert filler.islower()
    assert PayloadLines(Payload(12), 1).block(5, 2) == b"000000000005\n000000000006\n"


def test_a_stamp_is_the_intended_time():
    made = lines_of(Payload(stamp=True)).block(100, 50).split(b"\n")[:-1]
    stamps = np.array([int(line.split()[1]) for line in made])
    intended = (T0 + SCHEDULE.times(100, 50)) * 1e6
    assert np.all(np.abs(stamps - intended) <= 1.5)


def test_keys_follow_zipf():
    lines = PayloadLines(Payload(keys=1000, skew=1.0), 9)
    found = np.bincount(lines.keys(0, 200_000), minlength=1000) / 200_000
    wanted = 1 / np.arange(1, 1001)
    wanted /= wanted.sum()
    assert found[:10] == pytest.approx(wanted[:10], rel=0.05)
    even = np.bincount(PayloadLines(Payload(keys=10), 9).keys(0, 100_000)) / 100_000
    assert even == pytest.approx(np.full(10, 0.1), rel=0.05)


def test_seeds_differ_and_one_seed_does_not():
    made = {PayloadLines(Payload(keys=100), seed).block(0, 10) for seed in (1, 2, 3, 1)}
    assert len(made) == 3


def test_what_a_seed_means():
    # Golden line: a change here changes the meaning of every stored result.
    payload = Payload(bytes_per_line=40, keys=1000, skew=1.0)
    assert PayloadLines(payload, 7, 2).block(123, 1) == GOLDEN


@given(st.integers(1, 16), st.lists(st.integers(0, 10**16 - 1), min_size=1))
def test_digits(width, numbers):
    rows = np.zeros((len(numbers), width + 2), dtype=np.uint8)
    write_digits(rows, 1, width, np.array(numbers))
    wanted = [(b"%016d" % number)[16 - width :] for number in numbers]
    assert [bytes(row[1:-1]) for row in rows] == wanted
    assert not rows[:, 0].any()
    assert not rows[:, -1].any()


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"bytes_per_line": 11}, "at least 12 bytes"),
        ({"bytes_per_line": 19, "keys": 5}, "at least 20 bytes"),
        ({"bytes_per_line": 20, "spread": 0.9}, "too small"),
        ({"bytes_per_line": 10**9}, "too large"),
        ({"spread": 1.0}, "spread"),
        ({"spread": float("nan")}, "spread"),
        ({"skew": 1.0}, "needs keys"),
        ({"keys": -1}, "keys"),
        ({"keys": 5, "skew": -1.0}, "skew"),
    ],
)
def test_wrong_payloads(fields, part):
    with pytest.raises(ValueError, match="payload") as caught:
        Payload(**fields)
    assert part in str(caught.value)


def test_wrong_lines():
    with pytest.raises(ValueError, match="stream"):
        PayloadLines(Payload(), 0, 100)
    with pytest.raises(ValueError, match="t0"):
        PayloadLines(Payload(stamp=True))
    with pytest.raises(ValueError, match="digits"):
        PayloadLines(Payload()).block(10**10, 1)


@given(payloads)
def test_payloads_read_back(payload):
    assert Payload.from_dict(payload.to_dict()) == payload
