"""Load: what is sent when (pure), and the generator process that sends it.

Importing this package is light; names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bench.load.arrivals import Arrivals, parse_arrivals
    from bench.load.calibrate import Calibration
    from bench.load.config import LoadConfig
    from bench.load.errors import ListenError, LoadError, PortInUse, ReplayError
    from bench.load.lag import LagReport
    from bench.load.lines import PayloadLines
    from bench.load.payload import Payload
    from bench.load.process import LoadProcess
    from bench.load.replay import ReplayFile
    from bench.load.replay_schedule import ReplaySchedule
    from bench.load.reports import Accepted, PeerClosed, Progress, StopReport
    from bench.load.schedule import Schedule
    from bench.load.send import SendSummary

_HOME = {
    "Accepted": "reports",
    "Arrivals": "arrivals",
    "Calibration": "calibrate",
    "LagReport": "lag",
    "ListenError": "errors",
    "LoadConfig": "config",
    "LoadError": "errors",
    "LoadProcess": "process",
    "Payload": "payload",
    "PayloadLines": "lines",
    "PeerClosed": "reports",
    "PortInUse": "errors",
    "Progress": "reports",
    "ReplayError": "errors",
    "ReplayFile": "replay",
    "ReplaySchedule": "replay_schedule",
    "Schedule": "schedule",
    "SendSummary": "send",
    "StopReport": "reports",
    "parse_arrivals": "arrivals",
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
