"""How long the parts of a trial may take before its watchdog ends it, in seconds."""

from __future__ import annotations

#: From the order to start to the engine's answer: interpreter, JVM, session, on a busy machine.
START_S = 90.0

#: From there until every socket has its reader.
CONNECT_S = 60.0

#: From the order to stop until the last batch was reported; a running batch is cut short.
STOP_S = 30.0

#: The same for a stream that fell behind: its batch under way may never end, and its process will.
OVERLOADED_STOP_S = 3.0

#: From the question for the JVM's counters to the answer.
COUNTERS_S = 30.0

#: From the order to exit until the process has ended; then it is ended.
EXIT_S = 10.0

#: Between the polite and the certain signal.
GRACE_S = 3.0

#: When an engine has failed: from there until a generator that caused it by its end has ended.
LOAD_END_S = 1.0

#: How often the parent looks at the child and the generator.
POLL_S = 0.05

#: How often the tasks of an idle stream are counted before and after it is watched, which must not
#: see the work of counting; and the time between.
IDLE_LOOKS, IDLE_LOOK_S = 3, 0.3

#: How often CPU time and memory are sampled.
SAMPLE_S = 1.0

#: A load starts this much after the order to, which has to reach the generator first.
GO_S = 0.1

#: The measured one starts this much after everything is connected, so that nobody is surprised.
LEAD_S = 0.15

#: With an age that JVMs are to have: from the end of the prelude until the measured load can begin.
CHANGE_S = 4.0

#: Memory that must be free for the next trial's JVM to be started before the present one's ends.
SPARE_BYTES = 3 << 30

#: How often the JVM's counters are read in the window, by one call.
GAUGES_S = 10.0
