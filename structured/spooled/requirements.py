"""What the source needs of the Python it runs in."""

from __future__ import annotations

import importlib.util
from typing import Optional

#: The first PySpark whose streaming sources in Python can limit a batch and drain what there is.
LEAST_PYSPARK = "4.2"

#: The module that brings these.
API = "pyspark.sql.streaming.datasource"


def missing() -> Optional[str]:
    """``None``, or in one sentence what is missing; starts nothing."""
    if not _found(API):
        return (
            f"the spooled socket source needs PySpark {LEAST_PYSPARK} or newer, whose Python "
            f"streaming sources have admission control; this is {_this_pyspark()}"
        )
    if not _found("fcntl"):
        return "the spooled socket source needs POSIX file locks: run it on Linux or macOS"
    if not _found("pyarrow"):
        return "the spooled socket source needs pyarrow: install it with pip install pyarrow"
    return None


def _found(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ImportError:
        return False


def _this_pyspark() -> str:
    try:
        import pyspark
    except ImportError:
        return "a Python without PySpark"
    return f"PySpark {getattr(pyspark, '__version__', 'of unknown version')}"
