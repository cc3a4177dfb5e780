"""The class that Spark's Python data source API asks for; needs PySpark 4.2 and pyarrow."""

from __future__ import annotations

from typing import Any

from pyspark.sql.datasource import DataSource

from .inline import InlineReader, can_inline
from .options import read_options
from .reader import SpooledSocketReader

FORMAT = "spooled_socket"


class SpooledSocketDataSource(DataSource):
    """``readStream.format("spooled_socket")``: lines of a socket, one column ``value: string``.

    Register it once a session: ``spark.dataSource.register(SpooledSocketDataSource)``.
    """

    @classmethod
    def name(cls) -> str:
        """The name of the format."""
        return FORMAT

    def schema(self) -> str:
        """One column of text; options are looked at here, so that ``load()`` refuses bad ones."""
        read_options(self.options)
        return "value STRING"

    def streamReader(self, schema: Any) -> SpooledSocketReader:
        """A reader that has not touched anything yet."""
        kind = InlineReader if can_inline(read_options(self.options)) else SpooledSocketReader
        return kind(self.options)
