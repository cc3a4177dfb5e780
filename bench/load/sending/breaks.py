"""Carries out an outage: when the generator has to look up, and what it does then."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench.load.sending.channel import Channel
from bench.load.sending.folder import FolderChannel
from bench.load.sending.outage import DISCONNECT, Outage
from bench.load.sending.sender import Sender

AHEAD, UNDER_WAY, OVER = "ahead", "under way", "over"


class Break:
    """One outage of all streams; ``look`` is called at every turn of the sending loop.

    A stream behind its schedule breaks off at the same record, only later; the break begins with
    the last of them, and ends at its planned time, or at once if that has passed.
    """

    def __init__(
        self,
        outage: Outage,
        sender: Any,
        channels: Sequence[Channel | FolderChannel],
        emit: Callable[[dict[str, Any]], None],
    ) -> None:
        self._outage = outage
        self._sender = sender
        self._channels = channels
        self._emit = emit
        self._started = math.inf
        self.state = AHEAD

    def begin(self, started: float) -> None:
        """The load starts at ``started``, a reading of the monotonic clock."""
        self._started = started
        for channel in self._channels:
            self.hold(channel)

    def hold(self, channel: Channel | FolderChannel) -> None:
        """Let a stream go no further than the break allows by now."""
        if self.state == AHEAD:
            channel.stop(self._outage.at_s)
        elif self.state == UNDER_WAY:
            channel.stop(None)

    def next_look(self) -> float:
        """When something is to be done, on the monotonic clock."""
        at = self._started + self._outage.at_s
        if self.state == UNDER_WAY:
            return at + self._outage.for_s
        # Once it is due, the end of a stream's last record is what is waited for.
        return at if self.state == AHEAD and time.monotonic() < at else math.inf

    def look(self) -> None:
        """Begin or end the break if its time has come."""
        at = self._started + self._outage.at_s
        now = time.monotonic()
        if self.state == AHEAD and now >= at and all(one.finished for one in self._channels):
            self.state = UNDER_WAY
            for channel in self._channels:
                channel.pause()
            if self._outage.kind == DISCONNECT and isinstance(self._sender, Sender):
                self._sender.cut_off()
            self._tell("began")
        elif self.state == UNDER_WAY and now >= at + self._outage.for_s:
            self.state = OVER
            if self._outage.kind == DISCONNECT and isinstance(self._sender, Sender):
                self._sender.take_in()
            else:
                for channel in self._channels:
                    channel.resume()
            self._tell("ended")

    def _tell(self, what: str) -> None:
        sent = [channel.sent for channel in self._channels]
        self._emit({"event": "outage", "what": what, "at": time.time(), "sent_records": sent})
