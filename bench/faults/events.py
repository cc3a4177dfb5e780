"""The value of ``--fault``: what happens, when and for how long. Pure and without numpy.

``at`` counts from the start of the load, as in ``--arrivals``.  The fault strikes at a random phase
of the trigger interval that follows (:func:`Fault.strikes_at`), and there at the first record that
is due: a record the seed knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.load.pairs import Pairs
from bench.load.timing.arrivals import Arrivals
from bench.load.timing.shapes import Burst, Constant
from bench.units import format_duration, format_quantity

#: No fault.
NONE = "none"

DISCONNECT, STALL, BURST = "disconnect", "stall", "burst"
KILL_DRIVER, KILL_EXECUTOR = "kill-driver", "kill-executor"
KILL_RECEIVER, KILL_WORKER = "kill-receiver", "kill-worker"
READ_ONLY, FULL = "checkpoint-read-only", "checkpoint-full"
POISON = "poison"

#: What comes after a stream has ended of its poison: the same program, or one that can process it.
SAME, MENDED = "same", "mended"

#: One example of each, for help texts and error messages.
EXAMPLES = (
    NONE,
    f"{DISCONNECT}:at=20s,for=3s",
    f"{STALL}:at=20s,for=3s",
    f"{BURST}:at=20s,for=2s,factor=10",
    f"{KILL_DRIVER}:at=20s",
    f"{KILL_EXECUTOR}:at=20s",
    f"{KILL_RECEIVER}:at=20s",
    f"{KILL_WORKER}:at=20s",
    f"{READ_ONLY}:at=20s,for=5s",
    f"{FULL}:at=20s,for=5s",
    f"{POISON}:at=20s",
)
_EXAMPLE_OF = {text.partition(":")[0]: text for text in EXAMPLES}

#: What each is, in a few words that fit "the trial in which ...".
WORDS: dict[str, str] = {
    DISCONNECT: "the source closes its connections and refuses new ones",
    STALL: "the sender sends nothing, its connections open",
    BURST: "records come many times as fast",
    KILL_DRIVER: "the driver and all it started are killed (SIGKILL) and started again",
    KILL_EXECUTOR: "an executor that holds no receiver is killed",
    KILL_RECEIVER: "the executor that holds the receiver is killed",
    KILL_WORKER: "a worker of the cluster is killed with its executors",
    READ_ONLY: "the checkpoint directory cannot be written",
    FULL: "the disk of the checkpoint directory is full",
    POISON: "processing one record raises; a stream that ends of it is started again, once",
}

#: Faults that end by themselves after ``for``.
_LASTING = frozenset({DISCONNECT, STALL, BURST, READ_ONLY, FULL})


@dataclass(frozen=True)
class Fault:
    """One fault.

    ``for_s``: how long it lasts; of a killed driver and of poison, until somebody starts the
    program again (0: at once); 0 for the other kills.  ``factor``: of a burst, how many times the
    rate.  ``restart``: of poison, :data:`SAME` or :data:`MENDED`.  ``str()`` gives the canonical
    text, which :func:`parse_fault` reads back to an equal value.
    """

    kind: str
    at_s: float
    for_s: float = 0.0
    factor: float = 1.0
    restart: str = SAME

    def __str__(self) -> str:
        pairs = [f"at={format_duration(self.at_s)}"]
        if self.for_s:
            pairs.append(f"for={format_duration(self.for_s)}")
        if self.kind == BURST:
            pairs.append(f"factor={format_quantity(self.factor)}")
        if self.restart != SAME:
            pairs.append(f"restart={self.restart}")
        return f"{self.kind}:{','.join(pairs)}"

    def strikes_at(self, phase: float, trigger_s: float) -> float:
        """Seconds since the load began, ``phase`` (0 to 1) into the trigger interval at ``at``."""
        return round(self.at_s + phase * trigger_s, 6)

    def last_s(self, trigger_s: float) -> float:
        """When it is over at the latest, in seconds since the load began."""
        return self.at_s + trigger_s + self.for_s

    def arrivals(self, usual: Arrivals, strikes_at: float) -> Arrivals:
        """How records arrive: a burst is one of the schedule itself, other faults leave it."""
        if self.kind != BURST:
            return usual
        if not isinstance(usual.shape, Constant):
            raise ValueError(
                f"fault {BURST}: needs arrivals of a constant rate, not {usual}: leave one out"
            )
        return Arrivals(Burst(self.factor, strikes_at, self.for_s), usual.poisson)


def parse_fault(text: str) -> Fault | None:
    """Read one of :data:`EXAMPLES`, with other numbers; ``None`` for ``none``.

    ValueError with one sentence otherwise.
    """
    kind, _, rest = text.strip().partition(":")
    if kind not in _EXAMPLE_OF:
        raise ValueError(f"fault {text!r}: there is no {kind!r}: choose {', '.join(_EXAMPLE_OF)}")
    example = _EXAMPLE_OF[kind]
    take = Pairs(f"fault {kind}", rest, example)
    if kind == NONE:
        take.done()
        return None
    at_s, for_s, factor, restart = take.duration("at"), 0.0, 1.0, SAME
    if kind in _LASTING:
        for_s = take.duration("for")
        if for_s == 0:
            raise ValueError(f"fault {kind}: for is 0s, which is no fault: write {example!r}")
    elif kind in (KILL_DRIVER, POISON):
        for_s = take.duration("for", 0.0)
    if kind == BURST:
        factor = take.number("factor", 10.0)
        if factor <= 1:
            raise ValueError(f"fault {kind}: factor {factor:g} is no burst: give more than 1")
    if kind == POISON:
        restart = take.text("restart", SAME)
        if restart not in (SAME, MENDED):
            raise ValueError(
                f"fault {kind}: restart is {restart!r}: give {SAME} (the same program is started "
                f"again) or {MENDED} (one that can process the record)"
            )
    take.done()
    return Fault(kind, at_s, for_s, factor, restart)


def canonical(text: str) -> str:
    """The canonical spelling of a fault, ``none`` included; ValueError as :func:`parse_fault`."""
    found = parse_fault(text)
    return NONE if found is None else str(found)
