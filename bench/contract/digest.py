"""A digest of many records that their order does not change.

The digest of a set of records is their number, their bytes, and the sum of their hashes modulo
2^128, where the hash of a record is the first 16 bytes of SHA-256 of its UTF-8 bytes, read as one
big-endian number.

Two outputs with the same digest are the same records, each as often: were they not, some record
would stand in one ``d`` times more often than in the other, ``d`` not 0, and the sums would agree
only if the sum of all ``d * hash`` were 0 modulo 2^128.  For a hash that behaves like a random
function that happens with a chance of ``2^(v - 128)``, where 2^v is the largest power of two that
divides every ``d``: at most 2^-100 for up to 2^28 records.  So loss, repetition and change all
show.  (With exclusive or in place of the sum, a record that came twice too often would not.)

Sums can be taken in any order and in parts, so each worker adds up its own records; 32-bit words of
the hashes can be summed apart, in 64-bit arithmetic, and be put together afterwards, which is what
is done in Java and in SQL.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MODULUS = 1 << 128

#: How a record's text becomes bytes; a lone surrogate, which no decoder should give, stays visible.
ENCODING, ERRORS = "utf-8", "surrogatepass"


@dataclass(frozen=True)
class Digest:
    """``records``, ``size`` (bytes as UTF-8) and ``total``, the sum of hashes modulo 2^128."""

    records: int = 0
    size: int = 0
    total: int = 0

    def __add__(self, other: Digest) -> Digest:
        """The digest of both sets of records together."""
        return Digest(
            self.records + other.records,
            self.size + other.size,
            (self.total + other.total) % MODULUS,
        )


def digest_of(texts: Iterable[str]) -> Digest:
    """The digest of ``texts``."""
    records = size = total = 0
    for text in texts:
        data = text.encode(ENCODING, ERRORS)
        records += 1
        size += len(data)
        total += record_hash(data)
    return Digest(records, size, total % MODULUS)


def record_hash(data: bytes) -> int:
    """The 128-bit hash of one record."""
    return int.from_bytes(hashlib.sha256(data).digest()[:16], "big")


def from_words(records: int, size: int, words: Sequence[int]) -> Digest:
    """The digest whose hashes were summed as four 32-bit words, the most significant one first."""
    total = 0
    for word in words:
        total = (total << 32) + word
    return Digest(records, size, total % MODULUS)
