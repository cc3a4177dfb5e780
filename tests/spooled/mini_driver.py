"""A driver without Spark, to be killed: logs offsets, reads, writes, commits, again and again.

``mini_driver.py FOLDER PORT [drain]``: all it knows is in files under ``FOLDER``, so the next one
goes on where this one was killed.  With ``drain`` it ends when all that was received is written.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from structured.spooled.batches import read_pieces
from structured.spooled.live import LiveSource
from structured.spooled.options import read_options


def write(path: Path, content: str) -> None:
    """As a whole or not at all."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(content, encoding="utf-8")
    os.replace(temporary, path)


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    offsets, commits, out = (folder / name for name in ("offsets", "commits", "out"))
    for place in (offsets, commits, out):
        place.mkdir(parents=True, exist_ok=True)
    options = {
        "path": str(folder / "spool"),
        "port": str(port),
        "reconnectDelay": "1ms",
        "segmentBytes": "100k",
        "retainBatches": "1000000",  # all of it stays, to be compared with
        "targetPartitionBytes": "64k",
    }
    live = LiveSource(read_options(options))
    drain = sys.argv[3:] == ["drain"]
    if drain:
        live.drain()
    number = len(list(commits.glob("*.json")))
    while True:
        start = live.initial()
        if number:
            start = json.loads((offsets / f"{number - 1}.json").read_text())
        log = offsets / f"{number}.json"
        if log.exists():
            end = json.loads(log.read_text())
        else:
            end = dict(live.latest(start))
            if end == start and number:
                if drain:
                    return
                time.sleep(0.001)
                continue
            write(log, json.dumps(end))
            if number:
                live.commit(start)
        lines = [
            value
            for task in live.plan(start, end)
            for batch in read_pieces(live.spool.folder, live.spool.identity, task)
            for value in batch.column(0).to_pylist()
        ]
        write(out / f"{number}.json", json.dumps(lines))
        write(commits / f"{number}.json", "{}")
        number += 1


if __name__ == "__main__":
    main()
