"""``python -m bench.load.sending.drain HOST PORT [CPU]``: a reader that throws away what it reads.

The null sink of the generator's calibration. Prints ``{"bytes": …}`` at the end of the stream.
"""

from __future__ import annotations

import json
import os
import socket
import sys

_BUFFER_BYTES = 1 << 20


def main(arguments: list[str]) -> int:
    """Connect, read to the end, print the number of bytes."""
    host, port, *cpus = arguments
    if cpus and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {int(cpu) for cpu in cpus})
    buffer = bytearray(_BUFFER_BYTES)
    total = 0
    with socket.create_connection((host, int(port)), timeout=30) as sock:
        sock.settimeout(None)
        while taken := sock.recv_into(buffer):
            total += taken
    print(json.dumps({"bytes": total}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
