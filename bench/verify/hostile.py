"""Lines that have broken programs before, each kind by its name.  Pure."""

from __future__ import annotations

import random
from dataclasses import dataclass

#: Bytes of a long line: a receiver's buffer, a block and a packet are all smaller.
LONG_BYTES = 1 << 20
SHORT_LINES = 5000


@dataclass(frozen=True)
class Case:
    """One or more lines; a newline follows, unless it is the last case."""

    name: str
    data: bytes


#: What the input begins and ends with: a byte order mark, and a character cut off by the end.
FIRST = Case("byte order mark at the start", b"\xef\xbb\xbfbegin")
LAST = Case("no newline at the end", b"the end without a newline \xe2\x82")

_TEXT = {
    "plain": "the quick brown fox",
    "spaces only": " \n   \n\t\n \t ",
    "spaces around": "  before\nafter  \n\tboth\t",
    "two to four bytes": "é ß ж ‰ 数 한 𝄞 𐍈 \U0010ffff",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇺🇳",
    "combining, composed and not": "\u00e9\ne\u0301\n\u1e69\ns\u0323\u0307\ns\u0307\u0323",
    "right to left": "abc \u202eאבג\u202c def \u200f",
    "byte order mark within": "a\ufeffb\n\ufeff",
    "noncharacters": "\ufffe \uffff \ufdd0 \U0001fffe",
    "replacement character itself": "\ufffd\nx\ufffdy",
    "invisible": "\u200b\u2060\u00ad\u00a0\u3000",
    "line ends of others": "a\x0bb\x0cc\x1cd\x1ee\u0085f\u2028g\u2029h",
    "quotes and escapes": "\"'`\\ \\n \\u0041 %s {} ${x} $(x) <a&b> [1,2] a,b;c|d --",
    "words with a meaning": "null\nNone\nNaN\ntrue\n-0\n1e3\n0x10\n\\N",
    "repeated": "same\nsame\nsame\nSame\nsame ",
}
_BYTES = {
    "empty lines": b"\n" * 40,
    "NUL": b"\0\na\0b\n\0\0\0",
    "control characters": bytes(c for c in range(32) if c not in (10, 13)) + b"\x7f",
    "CR LF": b"one\r\ntwo\r\n\r\nthree",
    "lone CR": b"one\rtwo\r\rthree\rfour",
    "CR and LF mixed": b"one\r\r\ntwo\n\rthree\n\n\rfour\r",
    "lone continuation bytes": b"\x80\nx\xbfy\n\x80\x81\x82\x83\x84",
    "bytes never valid": b"\xfe\n\xff\nx\xfe\xffy\n\xc0\xc1\xf5\xff",
    "cut off in a line": b"a\xc3b\na\xe2\x82b\na\xe2b\na\xf0\x9f\x92b\na\xf0\x9fb\na\xf0b",
    "cut off by the line's end": b"a\xc3\na\xe2\x82\na\xe2\na\xf0\x9f\x92\na\xf0\x9f\na\xf0",
    "cut off by CR LF": b"a\xc3\r\na\xe2\x82\r\na\xf0\x9f\x92\r\n",
    "overlong": b"\xc0\xaf\n\xe0\x80\xaf\n\xf0\x80\x80\xaf\n\xc1\xbf\n\xc0\x80\n\xe0\x9f\xbf",
    "surrogates, encoded": b"\xed\xa0\x80\n\xed\xbf\xbf\nx\xed\xa0\x80y\n\xed\xa0\n\xed\xa0z",
    "surrogate pairs, encoded": b"\xed\xa0\xbd\xed\xb8\x80\nx\xed\xa0\xbd\xed\xb8\x80y",
    "beyond Unicode": b"\xf4\x90\x80\x80\n\xf7\xbf\xbf\xbf\n\xf8\x88\x80\x80\x80\n\xfc\x84\x80",
    "Latin-1": "café naïve £5".encode("latin-1"),
    "UTF-16": "utf-16 ünï".encode("utf-16-le"),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff",
    "many short lines": b"\n".join(b"%d" % (i % 10) for i in range(SHORT_LINES)),
    "a line of 1 MB": b"x" * LONG_BYTES,
}


def cases(rng: random.Random) -> list[Case]:
    """All cases but the first and the last; ``rng`` draws the bytes of the random ones."""
    drawn = [
        Case("random bytes", bytes(int(rng.random() * 256) for _ in range(int(rng.random() * 80))))
        for _ in range(60)
    ]
    # Multiples of neither 2 nor 3 bytes before it, so that buffers end within characters.
    wide = "a" + "é数🚀" * (1 + LONG_BYTES // len("é数🚀".encode()))
    return [
        *(Case(name, text.encode()) for name, text in _TEXT.items()),
        *(Case(name, data) for name, data in _BYTES.items()),
        Case("a line of 1 MB, wide characters", wide.encode()),
        *drawn,
    ]
