"""Lines in exact batches, chosen so that what the engines do differently shows.

Structured Streaming makes a new watermark at the end of a batch, forgets state by it in the next
one, and drops late events by it in the one after that: hence two batches before one that is late.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from tests.jobs import layouts

#: Event times count from here; a whole number of every window used.
EPOCH_MS = 1_767_225_600_000

Batches = list[list[str]]

_numbers = count(1)


def ms(at_s: float) -> int:
    """An event time in milliseconds since the epoch."""
    return EPOCH_MS + round(at_s * 1000)


def event(key: str, at_s: float, value: int = 0, number: int | None = None) -> str:
    """A line of the kind ``events``; payments look alike."""
    seq = next(_numbers) if number is None else number
    return f"{seq:012d} {ms(at_s)} {key} {value:04d} filler"


def answer(minute: int, second: int, status: int) -> str:
    """A line of the kind ``weblog``."""
    when = f"01/Jan/2026:00:{minute:02d}:{second:02d} +0000"
    return f'110.111.112.113 - - [{when}] "GET /p000001?n=1 HTTP/1.1" {status} 12345 "-" "abc"'


def scenario(job: str, *inputs: Batches, **params: Any) -> dict[str, Any]:
    """What the drivers read."""
    return {"job": job, "params": params, "inputs": list(inputs)}


#: One event of ``a`` a batch and, at first, one of ``b``; each batch is 500 ms of event time.
STEADY = [[event("a", 0.5 * i), *([event("b", 0.5 * i)] if i < 2 else [])] for i in range(8)]

SCENARIOS: dict[str, dict[str, Any]] = {
    "words": scenario("running_wordcount", [["a b a"], ["b"], [], ["c  a"]]),
    "records": scenario(
        "custom_state",
        [[event("k", 5, 7), event("k", 3, 9)], [event("k", 1, 2), event("m", 1, 4)], []],
    ),
    "sessions": scenario(
        "sessions",
        [
            [event("k", 0), event("k", 1), event("m", 0)],
            [event("k", 2.5), event("m", 4)],
            [event("m", 2)],  # late: it bridges the two
            [event("n", 3000)],
            [event("n", 3001)],
            [event("k", 3)],  # behind the watermark by now
        ],
        gap_s=2.0,
        # Longer than a slow machine takes: a DStream's keys time out by the clock.
        delay_s=900.0,
    ),
    "dedup": scenario(
        "dedup",
        [
            [event("k", 0), event("k", 1), event("m", 0)],
            [event("k", 2), event("n", 3)],
            [event("o", 10_000)],
            [event("o", 10_001)],
            [event("k", 10_002)],  # after the horizon by its own time, not by the clock
            [event("p", 5)],  # new, and behind the watermark
        ],
        horizon_s=900.0,
    ),
    "tumbling": scenario(
        "tumbling",
        [
            [event("k", 0.1), event("k", 0.9)],
            [event("k", 1.2), event("k", 0.5)],
            [event("k", 30)],
            [event("k", 31)],
            [event("k", 0.3)],  # behind the watermark
            [event("k", 32)],
        ],
        window_s=1.0,
        delay_s=5.0,
    ),
    "sliding": scenario("sliding", STEADY, window_s=2.5, slide_s=0.5, delay_s=5.0),
    # PySpark takes the inverse function from five slides a window on.
    "inverse": scenario("sliding_inverse", STEADY, window_s=2.5, slide_s=0.5, delay_s=5.0),
    "few slides": scenario("sliding_inverse", STEADY, window_s=2.0, slide_s=0.5, delay_s=5.0),
    "slow": scenario("sliding", STEADY, window_s=2.0, slide_s=1.0, delay_s=5.0),
    "join": scenario(
        "join",
        [
            [event("k", 0, number=1), event("k", 0, number=4)],
            [event("k", 1, number=2)],
            [],
            [],
            [],
        ],
        [
            [event("k", 0.5, number=10**10 + 1)],
            [],
            [event("k", 1.5, number=10**10 + 2), event("k", 9, number=10**10 + 4)],
            [],
            [event("k", 1.5, number=10**10 + 2)],  # comes again when the window has moved on
        ],
        window_s=1.0,
        within_s=2.0,
        delay_s=10.0,
    ),
    "weblog": scenario(
        "weblog",
        [
            [answer(0, 1, 200), answer(0, 2, 500), answer(0, 3, 200).replace("] ", "]")],
            [answer(0, 59, 500), answer(1, 0, 200), "no log line"],
            [answer(5, 0, 200)],
            [answer(5, 1, 200)],
            [answer(0, 30, 200)],  # behind the watermark
        ],
        alert_errors=2,
        delay_s=10.0,
    ),
    "fraud": scenario(
        "fraud",
        [
            [event("c1", 1, 600), event("c2", 1, 500)],
            [event("c1", 59, 600), event("c2", 61, 600)],
            [],
        ],
        window_s=60.0,
        delay_s=10.0,
        limit_cents=1000,
    ),
    # Lines as people have them.
    "csv": scenario("parse_csv", [list(layouts.CSV)]),
    "json": scenario("parse_json", [list(layouts.JSON), list(layouts.JSON_OF_ONE_SIDE)]),
    "log lines": scenario("weblog", [list(layouts.WEBLOG)], alert_errors=9, delay_s=10.0),
    "event lines": scenario("custom_state", [list(layouts.EVENTS)]),
}
