"""A few lines of a kind, as text. Pure."""

from __future__ import annotations

from bench.load.config import LoadConfig
from bench.load.content.kinds import parse_lines
from bench.load.content.payload import Payload


def sample_lines(
    text: str,
    count: int,
    *,
    seed: int = 1,
    keys: int = 1000,
    skew: float = 0.0,
    bytes_per_line: int = 100,
    rate_per_s: float = 1000.0,
    stream: int = 0,
    streams: int = 1,
) -> list[str]:
    """The first `count` lines of one stream of such a load, evenly spaced in time.

    Raises ValueError for what `parse_lines` or a payload refuses.
    """
    payload = Payload(bytes_per_line, keys=keys, skew=skew, lines=parse_lines(text))
    config = LoadConfig(rate_per_s=rate_per_s, payload=payload, seed=seed, streams=streams)
    block = bytes(config.lines()[stream].block(0, count))
    return block.decode("ascii").split("\n")[:-1]
