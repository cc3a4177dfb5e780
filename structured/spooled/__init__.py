"""A socket source for PySpark that can be read again: ``format("spooled_socket")``.

A receiver on the driver's machine appends what the socket sends to files, the *spool*; batches are
ranges of these files, so a batch can be read once more after a crash.  It stands alone, without
the rest of this project::

    from structured.spooled import SpooledSocketDataSource
    spark.dataSource.register(SpooledSocketDataSource)
    lines = spark.readStream.format("spooled_socket").option("port", 1100).load("/data/spool")

``SpooledSocketDataSource`` is imported when it is asked for: it needs PySpark 4.2 and pyarrow, the
rest only the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import SpoolError, SpoolUnavailable
from .requirements import missing

if TYPE_CHECKING:
    from .source import SpooledSocketDataSource

__all__ = ["SpoolError", "SpoolUnavailable", "SpooledSocketDataSource", "missing"]


def __getattr__(name: str) -> Any:
    if name != "SpooledSocketDataSource":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    reason = missing()
    if reason is not None:
        raise SpoolUnavailable(reason)
    from .source import SpooledSocketDataSource

    return SpooledSocketDataSource
