"""How a stream goes on: batch by batch and in no other way; and what it may promise.

Recovery needs a checkpoint directory.  A receiver's blocks are lost with the driver unless they are
written to its write-ahead log first (``spark.streaming.receiver.writeAheadLog.enable``).
"""

from __future__ import annotations

from bench.contract import Options


def unsupported(options: Options) -> str | None:
    """``None``, or the reason why a stream cannot go on like that or promise that."""
    if options.mode != "microbatch":
        return f"a DStream has no {options.mode} mode: it goes on batch by batch"
    if options.guarantee == "recoverable" and options.checkpoint_dir is None:
        return "a DStream recovers from a checkpoint directory, and none is given"
    return None
