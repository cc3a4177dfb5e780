"""The ``capture`` sink of the null engine: lines as Java reads them, and faults on request.

``conf`` settings, each with the index of a record of the first stream: ``null.lose_record``,
``null.repeat_record``, ``null.change_record`` and ``null.swap_record`` (with the one after it), all
to show that ``sparkbench verify`` notices.
"""

from __future__ import annotations

import codecs

from bench.contract import Options
from bench.contract.capture import CaptureFile

_REPLACE = "sparkbench-java"


def _malformed(problem: UnicodeError) -> tuple[str, int]:
    """One U+FFFD for each malformed piece, an encoded surrogate being one piece, as in Java."""
    if not isinstance(problem, UnicodeDecodeError):
        raise problem
    start, end = problem.start, problem.end
    rest = problem.object[start : start + 3]
    if rest[:1] == b"\xed" and 0xA0 <= (rest[1:2] or b"\0")[0] <= 0xBF:
        end = start + (3 if 0x80 <= (rest[2:3] or b"\0")[0] <= 0xBF else 2)
    return "\ufffd", end


codecs.register_error(_REPLACE, _malformed)


class NullCapture:
    """Splits and decodes what arrives, and writes each batch; not for several threads at a time."""

    def __init__(self, options: Options) -> None:
        self._conf = options.conf
        self._file = CaptureFile(options.conf, "UTF-8")
        self._open = [b"" for _ in options.endpoints]
        self._lines: list[list[str]] = [[] for _ in options.endpoints]

    def feed(self, stream: int, data: bytes) -> tuple[int, int]:
        """Take what a stream has sent, nothing for its end; records now complete, their bytes."""
        ended = not data
        data = self._open[stream] + data
        if data.endswith(b"\r") and not ended:
            data, self._open[stream] = data[:-1], b"\r"  # half of a CR LF, perhaps
        else:
            self._open[stream] = b""
        *whole, rest = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        if rest and ended:
            whole.append(rest)
        else:
            self._open[stream] = rest + self._open[stream]
        self._lines[stream] += [line.decode("utf-8", _REPLACE) for line in whole]
        return len(whole), sum(len(line) for line in whole)

    def cut(self) -> list[list[str]]:
        """The records complete since the last cut, of each stream."""
        taken, self._lines = self._lines, [[] for _ in self._lines]
        return taken

    def write(self, batch_id: int, first: int, lines: list[list[str]]) -> tuple[int, int]:
        """Write a batch whose records of the first stream begin at ``first``; what was written."""
        head, *others = lines
        rows = self._with_faults(first, head)
        return self._file.texts(batch_id, [*rows, *(line for other in others for line in other)])

    def _with_faults(self, first: int, lines: list[str]) -> list[str]:
        at = {
            fault: int(self._conf.get(f"null.{fault}_record", "-1")) - first
            for fault in ("lose", "repeat", "change", "swap")
        }
        rows = list(lines)
        if 0 <= at["swap"] < len(rows) - 1:
            rows[at["swap"] : at["swap"] + 2] = rows[at["swap"] + 1], rows[at["swap"]]
        if 0 <= at["change"] < len(rows):
            rows[at["change"]] += "~"
        if 0 <= at["repeat"] < len(rows):
            rows.insert(at["repeat"], rows[at["repeat"]])
        elif 0 <= at["lose"] < len(rows):
            del rows[at["lose"]]
        return rows
