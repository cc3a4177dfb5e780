"""Where the seconds of a trial go: the names of its phases, in the order they come."""

from __future__ import annotations

#: Phase to what it holds.  ``launch`` ends when the prelude's stream is connected, and holds only
#: what the trial waits for: its JVM starts while the last batches of the trial before are awaited.
PHASES: dict[str, str] = {
    "launch": "interpreter, JVM and session",
    "prelude": "warm-up prelude",
    "change": "ending the prelude's stream, starting the measured one",
    "tick": "waiting for the load's moment within the trigger interval",
    "settle": "settling of the measured stream",
    "window": "measured window",
    "tail": "the window's last batch, and what the load sent besides",
    "end": "ending stream, JVM and interpreter",
}

#: The one that is measurement.
MEASURED = "window"
