"""What is fed to the engines: a small hostile input and a large plain one, or a job's own.  Pure.

All are functions of a seed.  The first two are for lines as they are; a job that reads more than
that out of them gets generated lines of the kind that suits it.  For those two, only
``random.Random.random`` is drawn from, whose sequence Python keeps the same for a seed from version
to version.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

from bench.load.config import LoadConfig
from bench.load.content.kinds import parse_lines
from bench.load.content.payload import Payload
from bench.load.content.replay import ReplayFile, split_like_java
from bench.verify.hostile import FIRST, LAST, cases

_T = TypeVar("_T")

#: Names of the inputs.
HOSTILE, LARGE, REPLAY = "hostile", "large", "replay"

#: Pieces the hostile input is sent in, most of them cut where it hurts.
_CUTS = 80
_LARGE_PIECE = 32 * 1024

_WORDS = (
    "stream",
    "batch",
    "später",
    "μικρό",
    "потік",
    "数据",
    "🚀",
    "e\u0301",
    "a,b;c",
    '"q"',
    "\t",
)
_BROKEN = (b"\xff", b"\xe2\x82", b"\xed\xa0\x80", b"\xc0\xaf", b"\x80", b"\0", b"\xf0\x9f")


@dataclass(frozen=True)
class Input:
    """``data`` is what goes over the wire; ``cuts`` are the places where a piece ends.

    ``labels`` names the case each record belongs to, empty where there are none.
    """

    name: str
    data: bytes
    cuts: tuple[int, ...]
    labels: tuple[str, ...] = ()

    def pieces(self) -> Iterator[bytes]:
        """The data, piece by piece."""
        for start, end in pairwise((0, *self.cuts, len(self.data))):
            yield self.data[start:end]

    def label(self, position: int | None) -> str:
        """The case of a record by its index; empty where there is none."""
        known = position is not None and position < len(self.labels)
        return self.labels[position] if known and position is not None else ""


def hostile_input(seed: int) -> Input:
    """Every hostile case, in an order drawn from ``seed``, cut into pieces in nasty places.

    It begins with a byte order mark and ends within a sequence, without a newline.
    """
    rng = random.Random(f"hostile {seed}")
    drawn = sorted(cases(rng), key=lambda _case: rng.random())
    data, labels = bytearray(), list[str]()
    for case in (FIRST, *drawn, LAST):
        text = case.data if case is LAST else case.data + b"\n"
        data += text
        labels += [case.name] * split_like_java(text).count(b"\n")
    return Input(HOSTILE, bytes(data), _nasty_cuts(bytes(data), rng), tuple(labels))


def large_input(seed: int, records: int) -> Input:
    """``records`` lines of 0 to about 120 bytes: numbered, repeated, empty and damaged ones."""
    rng = random.Random(f"large {seed}")
    lines = []
    for number in range(records):
        draw = rng.random()
        if draw < 0.02:
            line = b"again and again"
        elif draw < 0.03:
            line = b""
        else:
            words = [_pick(rng, _WORDS) for _ in range(int(rng.random() * 9))]
            line = " ".join((str(number), *words)).encode()
            if draw > 0.99:
                line += _pick(rng, _BROKEN) + b"x"
        lines.append(line + (b"\r\n" if 0.5 < draw < 0.51 else b"\n"))
    data = b"".join(lines)
    return Input(LARGE, data, tuple(range(_LARGE_PIECE, len(data), _LARGE_PIECE)))


def job_inputs(
    lines: str, records: int, *, keys: int, rate_per_s: float, seed: int, streams: int
) -> tuple[Input, ...]:
    """An input a stream: ``records`` generated lines in all, cut into pieces anywhere.

    ``lines`` is a kind as ``bench.load.content.kinds`` spells it, whose name the inputs get.
    """
    kind = parse_lines(lines)
    payload = Payload(keys=keys, lines=kind)
    config = LoadConfig(rate_per_s=rate_per_s, payload=payload, seed=seed, streams=streams)
    made = []
    for number, source in enumerate(config.lines()):
        data = bytes(source.block(0, records // streams))
        rng = random.Random(f"cuts {seed} {number}")
        cuts = {1 + int(rng.random() * (len(data) - 1)) for _ in range(_CUTS)}
        made.append(Input(kind.kind, data, tuple(sorted(cuts))))
    return tuple(made)


def replay_inputs(file: ReplayFile, streams: int, records: int) -> tuple[Input, ...]:
    """An input a stream: the first ``records`` lines of a file of the user's."""
    made = []
    for stream in range(streams):
        lines = file.lines(stream, streams)
        data = bytes(lines.block(0, min(len(lines), -(-records // streams))))
        # As many pieces as make some batches, whatever the size.
        piece = max(len(data) // _CUTS, 1)
        made.append(Input(REPLAY, data, tuple(range(piece, len(data), piece))))
    return tuple(made)


def _nasty_cuts(data: bytes, rng: random.Random) -> tuple[int, ...]:
    """Half between CR and LF or within a character of several bytes, half anywhere."""
    nasty = [
        place
        for place in range(1, len(data))
        if data[place] & 0xC0 == 0x80 or data[place - 1 : place + 1] == b"\r\n"
    ]
    # The first bytes, so that the mark comes in two; the last, so that the end is torn.
    cuts = {1, 2, len(data) - 1}
    cuts.update(_pick(rng, nasty) for _ in range(_CUTS // 2))
    cuts.update(1 + int(rng.random() * (len(data) - 1)) for _ in range(_CUTS // 2))
    return tuple(sorted(cuts))


def _pick(rng: random.Random, choices: Sequence[_T]) -> _T:
    return choices[int(rng.random() * len(choices))]
