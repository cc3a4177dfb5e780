"""How many bytes a line has once a JVM has decoded it. Pure.

Both engines decode the socket with Java's UTF-8 decoder, which puts one U+FFFD (three bytes when
encoded again) for each malformed sequence. Python replaces the same sequences, with one exception:
for an encoded surrogate (ED A0…BF, with or without its third byte) Java puts one U+FFFD and Python
one for each byte (sun.nio.cs.UTF_8.Decoder: malformedForLength(3), malformedN).
"""

from __future__ import annotations

import re

_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")
_REPLACEMENT = "\ufffd".encode()


def decoded_bytes(data: bytes) -> bytes:
    """`data` decoded as Java's UTF-8 decoder does and encoded again; the same object if valid.

    Line ends are ASCII and never part of a sequence, so lines stay lines. A sequence cut off by the
    end of `data` gives one U+FFFD, as in Java.
    """
    if data.isascii():
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        cleaned = _SURROGATE.sub(_REPLACEMENT, data)
        return cleaned.decode(errors="replace").encode()
    return data
