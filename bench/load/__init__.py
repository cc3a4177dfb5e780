"""Load: what is sent when (pure), and the generator process that sends it.

Importing this package is light; names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.load.config import LoadConfig
    from bench.load.content.lines import PayloadLines
    from bench.load.content.payload import Payload
    from bench.load.content.replay import ReplayFile
    from bench.load.errors import ListenError, LoadError, PortInUse, ReplayError
    from bench.load.sending.calibrate import Calibration
    from bench.load.sending.lag import LagReport
    from bench.load.sending.process import LoadProcess
    from bench.load.sending.reports import Accepted, PeerClosed, Progress, StopReport
    from bench.load.sending.send import SendSummary
    from bench.load.timing.arrivals import Arrivals, parse_arrivals
    from bench.load.timing.replay_schedule import ReplaySchedule
    from bench.load.timing.schedule import Schedule

_HOME = {
    "Accepted": "sending.reports",
    "Arrivals": "timing.arrivals",
    "Calibration": "sending.calibrate",
    "LagReport": "sending.lag",
    "ListenError": "errors",
    "LoadConfig": "config",
    "LoadError": "errors",
    "LoadProcess": "sending.process",
    "Payload": "content.payload",
    "PayloadLines": "content.lines",
    "PeerClosed": "sending.reports",
    "PortInUse": "errors",
    "Progress": "sending.reports",
    "ReplayError": "errors",
    "ReplayFile": "content.replay",
    "ReplaySchedule": "timing.replay_schedule",
    "Schedule": "timing.schedule",
    "SendSummary": "sending.send",
    "StopReport": "sending.reports",
    "parse_arrivals": "timing.arrivals",
}

__all__ = [
    "Accepted",
    "Arrivals",
    "Calibration",
    "LagReport",
    "ListenError",
    "LoadConfig",
    "LoadError",
    "LoadProcess",
    "Payload",
    "PayloadLines",
    "PeerClosed",
    "PortInUse",
    "Progress",
    "ReplayError",
    "ReplayFile",
    "ReplaySchedule",
    "Schedule",
    "SendSummary",
    "StopReport",
    "parse_arrivals",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'bench.load' has no attribute {name!r}")
    return getattr(import_module(f"bench.load.{_HOME[name]}"), name)
