"""JSON from a file that may be torn, edited, or made by somebody who means harm.

A run's directory is data: whatever lies in it is read with bounds, and nothing of it is executed.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import stat
from pathlib import Path
from typing import Any

#: The name of the digest within a stored trial.
DIGEST = "sha256"

#: No file of a run comes near this; a bigger one is not read into memory.
MOST_BYTES = 256_000_000

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(file: Path) -> Any:
    """The content of a regular file that is JSON with finite numbers.

    :raises ValueError: half a sentence on why it cannot be had.
    """
    try:
        status = file.stat()
        if not stat.S_ISREG(status.st_mode):
            # A pipe would keep us waiting, a device would never end.
            raise ValueError("not a regular file")
        if status.st_size > MOST_BYTES:
            raise ValueError(f"too large, more than {MOST_BYTES / 1e6:.0f} MB")
        data = file.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror or error})") from error
    try:
        text = data.decode("utf-8-sig")
        found = json.loads(text, parse_float=_finite, parse_constant=_no_constant)
        if _HALF.search(text):
            # Half a character, which no file and no terminal takes.
            json.dumps(found, ensure_ascii=False).encode()
        return found
    except (ValueError, RecursionError) as error:
        raise ValueError("torn or damaged, not readable as JSON") from error


def digest_of(data: dict[str, Any]) -> str:
    """SHA-256 in hex of an object without its own digest, whatever its layout and order of keys."""
    rest = {name: value for name, value in data.items() if name != DIGEST}
    text = json.dumps(rest, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text} is out of range")
    return value


def _no_constant(text: str) -> float:
    raise ValueError(f"{text} is no number")
