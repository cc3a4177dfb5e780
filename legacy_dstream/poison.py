"""A record that the job cannot process, for trials with ``--fault poison``."""

from __future__ import annotations

from typing import Any

from bench.contract import Options
from bench.contract.poison import RECORD_KEY, PoisonedRecord, words

from . import jvm
from .context import active_session


def poisoned(lines: list[Any], options: Options) -> list[Any]:
    """The streams of lines, with a first step of the job that raises at the one record."""
    number = options.conf.get(RECORD_KEY)
    if not number:
        return lines
    if options.path == "jvm":
        return [jvm.parsed(active_session(), stream, number, words(number)) for stream in lines]
    return [stream.map(Parse(number)) for stream in lines]


class Parse:
    """A function of the job; a checkpoint keeps it, as it keeps all the job's code."""

    def __init__(self, number: str) -> None:
        self._number = number

    def __call__(self, line: str) -> str:
        """The line itself; raises :class:`PoisonedRecord`."""
        if line.startswith(self._number):
            raise PoisonedRecord(words(self._number))
        return line
