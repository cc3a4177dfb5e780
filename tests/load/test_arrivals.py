"""The text of --arrivals."""

import pytest
from hypothesis import given

from bench.load.timing.arrivals import EXAMPLES, Arrivals, parse_arrivals
from bench.load.timing.shapes import Burst, Constant, Steps

from .shapes import arrivals


@pytest.mark.parametrize("text", EXAMPLES)
def test_examples_are_canonical(text):
    assert str(parse_arrivals(text)) == text


@given(arrivals)
def test_text_reads_back(value):
    assert parse_arrivals(str(value)) == value


def test_values():
    assert parse_arrivals("constant") == Arrivals(Constant(), poisson=False)
    assert parse_arrivals("poisson") == parse_arrivals("constant:poisson=yes")
    assert parse_arrivals("steps:factors=1/2/4,each=10s").shape == Steps((1.0, 2.0, 4.0), 10.0)
    bursty = parse_arrivals("burst:for=2s,factor=10,poisson=yes,at=500ms")
    assert bursty == Arrivals(Burst(10.0, 0.5, 2.0), poisson=True)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("", "choose constant, poisson"),
        ("zigzag", "choose constant, poisson"),
        ("ramp", "'to' is missing"),
        ("ramp:to=5", "'over' is missing"),
        ("ramp:to=0,over=1s", "to is 0"),
        ("ramp:to=-1,over=1s", "0 or more"),
        ("ramp:to=nan,over=1s", "0 or more"),
        ("ramp:to=inf,over=1s", "0 or more"),
        ("ramp:to=2,over=3", "over: '3' is not a duration"),
        ("ramp:to=2,over=0s", "over is 0"),
        ("ramp:to=2,over=1s,at=2s", "'at' is not one of its settings"),
        ("ramp:to=2,to=3,over=1s", "given twice"),
        ("ramp:2,over=1s", "not key=value"),
        ("steps:factors=1/0,each=1s", "end with a factor above 0"),
        ("steps:factors=1//2,each=1s", "not a number"),
        ("bursts:factor=2,every=1s,for=1s", "not shorter than every"),
        ("sine:amplitude=1.5,period=1s", "from 0 to 1"),
        ("burst:factor=1e9,at=0s,for=1s", "factor from 0"),
        ("poisson:rate=3", "'rate' is not one of its settings"),
        ("sine:amplitude=1,period=1s,poisson=maybe", "poisson=yes or poisson=no"),
    ],
)
def test_complaints_are_one_sentence(text, part):
    with pytest.raises(ValueError, match="arrivals") as caught:
        parse_arrivals(text)
    assert part in str(caught.value)
    assert "\n" not in str(caught.value)
