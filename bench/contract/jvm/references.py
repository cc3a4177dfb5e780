"""How a job in Scala or Java is referred to, as a user writes it and as a trial finds it.

A user's: ``WordTotals.scala``, ``WordTotals.java`` or ``app.jar:com.acme.WordTotals``, followed by
a bar and a path for each further JAR.  A trial's: the JAR that the harness has made of it
(:mod:`bench.contract.jvm.jobs`), which has a suffix of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass

#: Of sources, and of what the harness makes of them.
SOURCES = (".scala", ".java")
MADE = ".job.jar"

BAR = "|"

_CLASS = re.compile(r"(?s)(.+\.jar):([\w$]+(?:\.[\w$]+)*)")


@dataclass(frozen=True)
class Reference:
    """``file`` is a source, or the JAR that holds the class ``job``; ``jars`` what it needs."""

    file: str
    job: str
    jars: tuple[str, ...]

    @property
    def name(self) -> str:
        """What the job is called: its file's name without the suffix, or its class's."""
        if self.job:
            return self.job.rpartition(".")[2]
        return os.path.splitext(os.path.basename(self.file))[0]

    @property
    def sources(self) -> tuple[str, ...]:
        """The source, where there is one."""
        return () if self.job else (self.file,)

    @property
    def all_jars(self) -> tuple[str, ...]:
        """The job's own JAR, where it is in one, and the further ones."""
        return (self.file, *self.jars) if self.job else self.jars

    @property
    def files(self) -> tuple[str, ...]:
        """All that it consists of."""
        return (self.file, *self.jars)

    @property
    def text(self) -> str:
        """What :func:`parse` reads."""
        own = f"{self.file}:{self.job}" if self.job else self.file
        return BAR.join((own, *self.jars))


def parse(text: str) -> Reference | None:
    """The parts of a user's reference; ``None`` for what is none."""
    own, *jars = text.split(BAR)
    found = _CLASS.fullmatch(own)
    if found is not None:
        return Reference(found[1], found[2], tuple(jars))
    return Reference(own, "", tuple(jars)) if own.endswith(SOURCES) else None


def digest_of(*files: str) -> str:
    """SHA-256 of a job's content, in hex: that of its file, or over those of all its files."""
    digests = []
    for file in files:
        with open(file, "rb") as content:
            digests.append(hashlib.sha256(content.read()))
    if len(digests) == 1:
        return digests[0].hexdigest()
    return hashlib.sha256(b"".join(one.digest() for one in digests)).hexdigest()


def is_made(name: str) -> bool:
    """Whether ``name`` is a trial's reference."""
    return name.endswith(MADE)
