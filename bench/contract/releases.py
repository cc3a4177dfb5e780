"""Which Java and Python each release of Spark runs on, and what else its engines need.

Sources: the "Overview" page of each release's documentation and the ``python_requires`` of its
package; Java 25 from 4.2 on by its release notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_VERSION = re.compile(r"([0-9]+\.[0-9]+)\.[0-9]+")


@dataclass(frozen=True)
class Release:
    """Oldest and newest Java and minor version of Python 3; ``needs`` are requirements of pip.

    The oldest Python is 3.9 at least, the oldest whose syntax the engines keep to.
    """

    java: tuple[int, int]
    python: tuple[int, int]
    needs: tuple[str, ...]

    @property
    def pythons(self) -> str:
        """The range in words."""
        return f"Python 3.{self.python[0]} to 3.{self.python[1]}"


#: What the spooled source and the state functions of pandas use besides PySpark itself, and
#: ``transformWithState`` without a word.
_NEEDS = ("pandas>=2.2,<3", "pyarrow>=18", "protobuf>=5")

#: Release line to what it runs on, the oldest first.
RELEASES: dict[str, Release] = {
    # NumPy 2 took away names that PySpark 3.5 uses.
    "3.5": Release((8, 17), (9, 11), ("pandas>=2,<2.3", "pyarrow>=12,<20", "numpy<2")),
    "4.0": Release((17, 21), (9, 13), _NEEDS),
    "4.1": Release((17, 21), (10, 13), _NEEDS),
    "4.2": Release((17, 25), (10, 13), _NEEDS),
    "4.3": Release((17, 25), (11, 13), _NEEDS),
}


def line_of(version: str) -> str:
    """The release line of a version: ``3.5`` for ``3.5.9``."""
    return ".".join(version.split(".")[:2])


def read_version(text: str) -> str:
    """A full version of a known line; raises :class:`ValueError` with one sentence."""
    found = _VERSION.fullmatch(text)
    if found is None:
        raise ValueError(f"'{text}' is no version of Spark; write all three numbers, like 3.5.9")
    if found[1] not in RELEASES:
        raise ValueError(f"Spark {found[1]} is not known here; known are {', '.join(RELEASES)}")
    return text
