"""The native source as an arm: what is to be seen of its receivers, which live in this JVM."""

from __future__ import annotations

from typing import Any

from bench.contract import EngineError, Options
from bench.contract.masters import is_local

from .native import native_object, register, spoken
from .spooling import SpoolFolders

#: States of a receiver that has a connection (``Status.java``).
CONNECTED = ("reading", "full")


def unsupported(options: Options) -> str | None:
    """``None``, or the reason why ``options`` cannot be had with the native source."""
    if any(name.lower() == "spool" for name in options.source_options):
        return (
            "each stream of a trial has a spool of its own, made where it is promised: use "
            "guarantee=recoverable, and leave sparkbench.source.spool out"
        )
    if options.mode != "microbatch" and not is_local(options.master):
        return (
            f"{options.mode} mode is measured in the JVM that reads and writes the records, and on "
            f"{options.master} that is an executor's: use mode=microbatch, or a local master"
        )
    return None


class Natives:
    """The streams of one query on the native source."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._status: Any = None
        self._spools = SpoolFolders(options) if options.guarantee == "recoverable" else None

    def open_lines(self, session: Any) -> list[Any]:
        """One streaming DataFrame of lines, ``value: string``, for each endpoint."""
        register(session)
        self._status = native_object(session, "Status")
        try:
            return [
                session.readStream.format("native_socket")
                .option("host", host)
                .option("port", port)
                .options(**self._options.source_options, **self._spool(number))
                .load()
                for number, (host, port) in enumerate(self._options.endpoints)
            ]
        except Exception as problem:
            sentence = spoken(str(problem))
            if sentence is None:
                raise
            raise EngineError(sentence) from None

    def connected(self) -> bool:
        """Whether every receiver has had a connection."""
        seen = self._connections()
        return all(port in seen for _host, port in self._options.endpoints)

    def closed(self) -> list[int]:
        """Numbers of the streams whose peer has closed and not come back."""
        seen = self._connections()
        ports = [port for _host, port in self._options.endpoints]
        return [number for number, port in enumerate(ports) if seen.get(port) is False]

    def remove(self) -> None:
        """See :meth:`SpoolFolders.remove`; what was in memory is gone with the query."""
        if self._spools is not None:
            self._spools.remove()

    def _spool(self, number: int) -> dict[str, str]:
        return {} if self._spools is None else {"spool": str(self._spools.paths[number])}

    def _connections(self) -> dict[int, bool]:
        """For each port that was ever connected whether it is so now."""
        found = {}
        for line in str(self._status.all()).splitlines():
            peer, state, connections = line.split("\t")[:3]
            if connections != "0":
                found[int(peer.rpartition(":")[2])] = state in CONNECTED
        return found
