"""What every feed has: a thread that feeds one input, as far as it is allowed to."""

from __future__ import annotations

import threading
from typing import Self

from bench.verify.inputs import Input


class PacedFeed:
    """Feeds in a thread of its own, which :meth:`_begin` starts; use it as a context manager.

    ``port`` is where the engine is to connect, 0 where it is not, and ``connected`` whether it has.
    """

    port = 0
    connected = True

    def __init__(self, source: Input, *, pause_s: float) -> None:
        self._source = source
        self._pause_s = pause_s
        self._sent = self._allowed = 0
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self.problem: str | None = None

    def _begin(self, name: str) -> None:
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        raise NotImplementedError

    @property
    def done(self) -> bool:
        """Whether all was fed, to an orderly end, or there was a ``problem``."""
        return not self._thread.is_alive()

    def allow(self, lines: int) -> None:
        """Let pieces pass until so many lines, and the rest of a piece, were fed in all."""
        with self._changed:
            if lines > self._allowed:
                self._allowed = lines
                self._changed.notify_all()

    def close(self) -> None:
        """Feed nothing more."""
        self._ending.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout=10.0)

    def _wait_for_leave(self) -> None:
        """Until more may go, or the feed is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._sent < self._allowed or self._ending.is_set())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *ending: object) -> None:
        self.close()
