"""Nothing lost, nothing twice: sent = received = processed, by records and bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.measure.inputs import BatchLike
from bench.measure.ranges import covered, merge
from bench.results.schema import Conservation


@dataclass(frozen=True)
class Account:
    """Where every sent record went; ``sent = received - duplicated + holes + unread``.

    ``holes`` were passed over (lost), ``unread`` lie after the last record that any batch read
    (still in flight if the stream was stopped before it had drained).  ``duplicated`` were read
    again, or never sent.  ``processed_*`` come from the sink's own count, ``None`` where it keeps
    none.
    """

    sent_records: int
    sent_bytes: int
    received_records: int
    processed_records: int | None
    processed_bytes: int | None
    holes: int
    unread: int
    duplicated: int

    @property
    def missing(self) -> int:
        """Records sent and in no batch."""
        return self.holes + self.unread

    def stored(self) -> Conservation:
        """The part that goes into the result."""
        return Conservation(
            sent_records=self.sent_records,
            sent_bytes=self.sent_bytes,
            received_records=self.received_records,
            processed_records=self.processed_records,
            processed_bytes=self.processed_bytes,
            missing=self.missing,
            duplicated=self.duplicated,
        )


def conserve(batches: Sequence[BatchLike], sent_records: Sequence[int], sent_bytes: int) -> Account:
    """Balance all batches of a stream, warm-up included, against what was sent.

    ``sent_records`` has one number a stream, ``sent_bytes`` is the sum of payload bytes without
    newlines.  A failed batch has received its records but processed none, whatever it reports.
    """
    received = sum(n for b in batches for _s, _f, n in b.ranges if n > 0)
    spans = merge(r for b in batches for r in b.ranges)
    once = holes = unread = 0
    for stream, sent in enumerate(sent_records):
        seen = spans.get(stream, [])
        of_stream = covered(seen, 0, sent)
        read_to = min(seen[-1][1], sent) if seen else 0
        once += of_stream
        holes += read_to - of_stream
        unread += sent - read_to
    return Account(
        sent_records=sum(sent_records),
        sent_bytes=sent_bytes,
        received_records=received,
        processed_records=_processed(batches, "processed_records"),
        processed_bytes=_processed(batches, "processed_bytes"),
        holes=holes,
        unread=unread,
        duplicated=received - once,
    )


def _processed(batches: Sequence[BatchLike], name: str) -> int | None:
    total = 0
    counted = False
    for batch in batches:
        if batch.failure is not None:
            continue
        value: int | None = getattr(batch, name)
        if value is None and any(n > 0 for _s, _f, n in batch.ranges):
            return None
        counted = counted or value is not None
        total += value or 0
    return total if counted else None
