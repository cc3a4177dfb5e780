"""Where the seconds of a trial go: the names of its phases, in the order they come."""

from __future__ import annotations

#: Phase to its words.  ``launch`` ends when the prelude's stream is connected, and holds only what
#: the trial waits for: its JVM starts while the last batches of the trial before are awaited.
#: ``change``: ending the prelude's stream, starting the measured one.  ``tick``: until the load's
#: moment within the trigger interval.  ``tail``: until the window's last record, and all that the
#: load sent besides, is visible.  ``idle``: without records, where that was asked for.
#: ``end``: until the last process has gone.
PHASES: dict[str, str] = {
    "launch": "starting JVM and session",
    "prelude": "warm-up prelude",
    "change": "changing streams",
    "tick": "waiting for a tick",
    "settle": "settling",
    "window": "measured window",
    "tail": "last batches",
    "idle": "watching it idle",
    "end": "ending",
}

#: The one that is measurement.
MEASURED = "window"
