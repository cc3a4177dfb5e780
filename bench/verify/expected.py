"""What the engines should make of an input, computed here: a fault common to all would show.  Pure.

Both socket sources read with ``java.io.BufferedReader.readLine`` from an ``InputStreamReader``: a
line ends with LF, CR or CR LF, a last line without an end is one, and each malformed sequence
becomes U+FFFD.  ``SocketReceiver.bytesToLines`` names UTF-8; ``TextSocketMicroBatchStream`` names
no charset, so it takes the JVM's default one (``file.encoding``).
"""

from __future__ import annotations

import codecs

from bench.load.content.replay import split_like_java
from bench.load.content.utf8 import decoded_bytes
from bench.plan.arms import choice
from bench.plan.spec import Arm

UTF_8 = "UTF-8"


def lines_of(data: bytes, charset: str = UTF_8) -> list[str]:
    """The records of ``data`` as Java reads them in ``charset``, a superset of ASCII.

    Raises ``LookupError`` for a charset Python does not know.  For others than UTF-8, US-ASCII and
    ISO-8859-1 the number of U+FFFD in place of malformed bytes is Python's.
    """
    if not data:
        return []
    lines = split_like_java(data)
    if charset == UTF_8:
        return decoded_bytes(lines).decode().split("\n")[:-1]
    return codecs.decode(lines, charset, "replace").split("\n")[:-1]


def charset_of(arm: Arm, default: str) -> str:
    """The charset an arm's source decodes with, given the JVM's default one."""
    socket = arm.keys.get("source", "socket") == "socket"
    return default if arm.engine == "structured" and socket else UTF_8


#: Engines that keep records in order of arrival within a batch.  A DStream's blocks are stored and
#: put into batches one after the other (``ReceivedBlockTracker``), and ``collect`` goes from
#: partition to partition.  ``TextSocketMicroBatchStream`` deals the rows of a batch out to its
#: partitions in turn.
ORDERED = frozenset({"dstream", "null"})


def keeps_order(arm: Arm) -> bool:
    """Whether the arm's batches hold their records in order of arrival; of files nobody says so."""
    return arm.engine in ORDERED and choice(arm, "source") == "socket"
