"""A socket source in the JVM for PySpark: ``format("native_socket")``.

It stands alone, without the rest of this project, and needs PySpark and nothing else::

    from structured.native import register
    register(spark)
    lines = spark.readStream.format("native_socket").option("port", 1100).load()

Lines are kept in memory outside the heap, so they are lost with the driver, unless it is given a
directory (``option("spool", ...)``): it then keeps them in the files of ``structured.spooled``.
"""

from __future__ import annotations

from .build import NativeUnavailable, native_object, register, spoken

__all__ = ["NativeUnavailable", "native_object", "register", "spoken"]
