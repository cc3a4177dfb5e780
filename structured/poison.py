"""A record that the job cannot process, for trials with ``--fault poison``."""

from __future__ import annotations

from typing import Any

from bench.contract import Options
from bench.contract.poison import RECORD_KEY, words


def poisoned(lines: list[Any], options: Options) -> list[Any]:
    """The streams of lines, with a first step of the job that raises at the one record.

    As a cast does that fails in ANSI mode: an expression, in the JVM, that any mode can run.
    """
    number = options.conf.get(RECORD_KEY)
    if not number:
        return lines
    parse = (
        f"CASE WHEN startswith(value, '{number}') THEN raise_error('{words(number)}') "
        "ELSE value END AS value"
    )
    return [stream.selectExpr(parse) for stream in lines]
