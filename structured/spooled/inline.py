"""Small batches handed to Spark together with their plan, so that no Python worker reads them.

To wake, feed and read a Python worker takes tens of milliseconds a task, however little it reads.
What Spark calls a simple reader does without: its rows go to the JVM in the answer to
``partitions`` and are kept there as a block until the next batch; a task that does not find the
block reads its partition as ever.  PySpark's ``python_streaming_source_runner`` knows such a reader
by a class that is not public, so where it has changed every batch is read by workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Optional

from pyspark.sql.datasource import DataSourceStreamReader

from .options import SpoolOptions
from .reader import SpooledSocketReader

try:
    from pyspark.sql.datasource_internal import _SimpleStreamReaderWrapper as SimpleReader
except ImportError:
    SimpleReader = DataSourceStreamReader  # type: ignore[misc,assignment]


def can_inline(options: SpoolOptions) -> bool:
    """Whether a query with these options may have small batches inlined.

    Not one with a limit: of a simple reader Spark does not report how far behind the limit is.
    """
    limited = options.max_records_per_trigger or options.max_bytes_per_trigger
    return options.inline_records > 0 and not limited and hasattr(SimpleReader, "getCache")


class InlineReader(SpooledSocketReader, SimpleReader):
    """A reader whose small batches are inlined."""

    @property
    def simple_reader(self) -> InlineReader:  # type: ignore[override]
        """What Spark asks whether it can do ``Trigger.AvailableNow``."""
        return self

    def getCache(self, start: dict[str, Any], end: dict[str, Any]) -> Optional[Iterator[Any]]:
        """The record batches of a small batch, asked for after its partitions; else ``None``."""
        if not self._open().is_small(start, end):
            return None
        (partition,) = self.partitions(start, end)
        return self.read(partition)
