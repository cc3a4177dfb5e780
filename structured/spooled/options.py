"""The options of the source, each with its default and what it is for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Callable, Optional

from .errors import SpoolError
from .quantities import format_seconds, format_size, parse_count, parse_seconds, parse_size

#: How far a write has come before the lines in it count as received.
DURABILITIES = ("none", "batch", "always")

#: What becomes of bytes that are not UTF-8, in the words of Python's codecs.
ENCODING_ERRORS = ("replace", "ignore", "strict")

#: Arrow's text columns count bytes in 32 bits.
_LONGEST_LINE = 1 << 30
_MiB = 1 << 20


def _option(name: str, default: Any, parse: Callable[[str], Any], meaning: str) -> Any:
    return field(default=default, metadata={"name": name, "parse": parse, "meaning": meaning})


@dataclass(frozen=True)
class SpoolOptions:
    """Parsed options; the metadata of each field holds its ``name``, ``parse`` and ``meaning``."""

    path: str = _option(
        "path",
        "",
        str,
        "the spool's directory, made where it does not exist, one for each query; also what "
        "`load()` is given",
    )
    port: int = _option("port", 0, parse_count, "the server's port")
    host: str = _option("host", "127.0.0.1", str, "the server's host")
    durability: str = _option(
        "durability",
        "none",
        str.lower,
        "`none`: written, not forced to disk (survives the death of every process); `batch`: "
        "forced to disk before a batch names it (survives the machine's as well); `always`: "
        "forced to disk with every write",
    )
    max_records_per_trigger: int = _option(
        "maxRecordsPerTrigger", 0, parse_count, "most records of one batch; 0: no limit"
    )
    max_bytes_per_trigger: int = _option(
        "maxBytesPerTrigger",
        0,
        parse_size,
        "most bytes of one batch, though never less than one line; 0: no limit",
    )
    partition_bytes: int = _option(
        "targetPartitionBytes",
        16 * _MiB,
        parse_size,
        "about how much one task reads; a batch has one partition at least",
    )
    inline_records: int = _option(
        "inlineRecords",
        10_000,
        parse_count,
        "a batch of this many records at most, and of 1m at most, goes to Spark with its plan, "
        "which spares the task a Python worker; 0, or a limit set: none does",
    )
    encoding_errors: str = _option(
        "encodingErrors",
        "replace",
        str.lower,
        "bytes that are not UTF-8: `replace` as Java does, `ignore`, or `strict` (the query fails)",
    )
    max_line_bytes: int = _option(
        "maxLineBytes", 16 * _MiB, parse_size, "a longer line fails the query"
    )
    max_spool_bytes: int = _option(
        "maxSpoolBytes",
        4096 * _MiB,
        parse_size,
        "at this size the socket is read no further until a batch is done, which makes the "
        "server wait",
    )
    segment_bytes: int = _option(
        "segmentBytes", 64 * _MiB, parse_size, "size of one file; whole files are deleted"
    )
    retain_batches: int = _option(
        "retainBatches",
        1,
        parse_count,
        "batches kept after Spark has committed them, besides the one in progress",
    )
    connect_timeout_s: float = _option(
        "connectTimeout",
        60.0,
        parse_seconds,
        "how long the first connection may take before the query fails; 0: for ever",
    )
    reconnect_delay_s: float = _option(
        "reconnectDelay",
        0.1,
        parse_seconds,
        "wait before the first new attempt to connect, doubled each time",
    )
    max_reconnect_delay_s: float = _option(
        "maxReconnectDelay", 5.0, parse_seconds, "longest wait between two attempts"
    )

    @property
    def peer(self) -> str:
        """Where the lines come from, as ``host:port``."""
        return f"{self.host}:{self.port}"

    @property
    def file_bytes(self) -> int:
        """The size of a file: an eighth of the spool at most, so that deleting files makes room."""
        return max(1, min(self.segment_bytes, self.max_spool_bytes // 8))


def read_options(given: Mapping[str, Any]) -> SpoolOptions:
    """Parse what the user gave, names in any case; raises :class:`SpoolError`."""
    known = {part.metadata["name"].lower(): part for part in fields(SpoolOptions)}
    values: dict[str, Any] = {}
    for name, text in given.items():
        if name.startswith("__"):
            continue  # an engine's own
        part = known.get(name.lower())
        if part is None:
            names = [part.metadata["name"] for part in known.values()]
            near = difflib.get_close_matches(name.lower(), list(known), n=1)
            hint = f"did you mean {known[near[0]].metadata['name']!r}?" if near else ""
            raise SpoolError(
                f"option {name!r} of spooled_socket is not known; "
                + (hint or f"it has {', '.join(names)}")
            )
        try:
            values[part.name] = part.metadata["parse"](str(text).strip())
        except ValueError as problem:
            raise SpoolError(f"option {part.metadata['name']!r}: {problem}") from None
    options = SpoolOptions(**values)
    refusal = _refusal(options)
    if refusal is not None:
        raise SpoolError(refusal)
    return options


def _refusal(options: SpoolOptions) -> Optional[str]:
    if not options.path:
        return (
            "option 'path': spooled_socket needs a directory for its spool; give one with "
            ".load('/some/directory')"
        )
    if not 0 < options.port < 65536:
        return (
            f"option 'port': {options.port or 'it'} is not a port between 1 and 65535"
            if options.port
            else "option 'port': spooled_socket needs the server's port; give .option('port', ...)"
        )
    if options.durability not in DURABILITIES:
        return f"option 'durability': {options.durability!r} is none of {', '.join(DURABILITIES)}"
    if options.encoding_errors not in ENCODING_ERRORS:
        known = ", ".join(ENCODING_ERRORS)
        return f"option 'encodingErrors': {options.encoding_errors!r} is none of {known}"
    if options.max_records_per_trigger and options.max_bytes_per_trigger:
        return "options 'maxRecordsPerTrigger' and 'maxBytesPerTrigger' exclude each other"
    if not 1 <= options.max_line_bytes <= _LONGEST_LINE:
        return f"option 'maxLineBytes' must lie between 1 and {format_size(_LONGEST_LINE)}"
    for name, value in (
        ("targetPartitionBytes", options.partition_bytes),
        ("segmentBytes", options.segment_bytes),
        ("maxSpoolBytes", options.max_spool_bytes),
    ):
        if value < 1:
            return f"option '{name}' must be 1 or more"
    return None


def describe() -> list[tuple[str, str, str]]:
    """Name, default and meaning of every option, for people to read."""
    return [
        (part.metadata["name"], _default(part), part.metadata["meaning"])
        for part in fields(SpoolOptions)
    ]


def _default(part: Any) -> str:
    if part.metadata["name"] in ("path", "port"):
        return "must be given"
    if part.metadata["parse"] is parse_size and part.default:
        return format_size(part.default)
    if part.metadata["parse"] is parse_seconds:
        return format_seconds(part.default)
    return str(part.default)
