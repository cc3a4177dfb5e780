"""The value of ``--arrivals``: a shape and whether arrivals are Poisson or evenly spaced.

Pure and without numpy. ``poisson`` alone is a Poisson process of constant rate; every shape takes
``poisson=yes``, which makes it the Poisson process with that rate function.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.load.pairs import Pairs
from bench.load.timing.shapes import Burst, Bursts, Constant, Ramp, Shape, Sine, Steps
from bench.units import format_duration, format_quantity

#: One example of each form, for help texts and error messages.
EXAMPLES = (
    "constant",
    "poisson",
    "ramp:to=5,over=30s",
    "steps:factors=1/2/4,each=10s",
    "burst:factor=10,at=10s,for=2s",
    "bursts:factor=10,every=10s,for=1s",
    "sine:amplitude=0.5,period=30s",
)
_EXAMPLE_OF = {text.partition(":")[0]: text for text in EXAMPLES}


@dataclass(frozen=True)
class Arrivals:
    """How records arrive: `shape` of the rate, and evenly spaced or `poisson`.

    `str()` gives the canonical text, which `parse_arrivals` reads back to an equal value.
    """

    shape: Shape = field(default_factory=Constant)
    poisson: bool = False

    def __str__(self) -> str:
        name, pairs = self.shape.name, _pairs(self.shape)
        if isinstance(self.shape, Constant):
            return "poisson" if self.poisson else "constant"
        if self.poisson:
            pairs.append("poisson=yes")
        return f"{name}:{','.join(pairs)}"


def parse_arrivals(text: str) -> Arrivals:
    """Read one of `EXAMPLES`, with other numbers; ValueError with one sentence otherwise."""
    name, _, rest = text.strip().partition(":")
    if name not in _EXAMPLE_OF:
        raise ValueError(
            f"arrivals {text!r}: there is no shape {name!r}: choose {', '.join(_EXAMPLE_OF)}"
        )
    take = Pairs(f"arrivals {name}", rest, _EXAMPLE_OF[name])
    poisson = name == "poisson" or _yes_or_no(name, take.text("poisson", "no"))
    if name in ("constant", "poisson"):
        take.done()
        return Arrivals(Constant(), poisson)
    shape: Shape
    if name == "ramp":
        shape = Ramp(take.number("to"), take.duration("over"))
    elif name == "steps":
        shape = Steps(take.numbers("factors"), take.duration("each"))
    elif name == "burst":
        shape = Burst(take.number("factor"), take.duration("at"), take.duration("for"))
    elif name == "bursts":
        shape = Bursts(take.number("factor"), take.duration("every"), take.duration("for"))
    else:
        shape = Sine(take.number("amplitude"), take.duration("period"))
    take.done()
    return Arrivals(shape, poisson)


def _pairs(shape: Shape) -> list[str]:
    number, duration = format_quantity, format_duration
    match shape:
        case Ramp():
            return [f"to={number(shape.to)}", f"over={duration(shape.over_s)}"]
        case Steps():
            factors = "/".join(number(factor) for factor in shape.factors)
            return [f"factors={factors}", f"each={duration(shape.each_s)}"]
        case Burst():
            spans = [f"at={duration(shape.at_s)}", f"for={duration(shape.for_s)}"]
            return [f"factor={number(shape.factor)}", *spans]
        case Bursts():
            spans = [f"every={duration(shape.every_s)}", f"for={duration(shape.for_s)}"]
            return [f"factor={number(shape.factor)}", *spans]
        case Sine():
            amplitude = f"amplitude={number(shape.amplitude)}"
            return [amplitude, f"period={duration(shape.period_s)}"]
        case Constant():
            return []


def _yes_or_no(name: str, value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError(f"arrivals {name}: poisson is {value!r}: write poisson=yes or poisson=no")
    return value == "yes"
