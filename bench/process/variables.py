"""Variables of the user's that the processes of a trial do without."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping

#: Name to why: each would put another Spark in the place of the one that is measured.
TAKEN_OUT = {
    "SPARK_HOME": "the Spark that is measured is the one installed with sparkbench",
    "SPARK_REMOTE": "DStreams do not exist in Spark Connect",
    "SPARK_CONNECT_MODE_ENABLED": "DStreams do not exist in Spark Connect",
}
_SUBMIT, _SHELL = "PYSPARK_SUBMIT_ARGS", "pyspark-shell"


def inherited_variables(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without them, and with ``PYSPARK_SUBMIT_ARGS`` as pyspark needs it.

    Without its last word, ``pyspark-shell``, the launcher asks for a program to run and ends.
    """
    environ = os.environ if environ is None else environ
    found = {name: value for name, value in environ.items() if name not in TAKEN_OUT}
    words = found.get(_SUBMIT, "")
    if words and _SHELL not in shlex.split(words):
        found[_SUBMIT] = f"{words} {_SHELL}"
    return found
