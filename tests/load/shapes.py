"""Hypothesis strategies for arrivals."""

from hypothesis import strategies as st

from bench.load.timing.arrivals import Arrivals
from bench.load.timing.shapes import Burst, Bursts, Constant, Ramp, Sine, Steps

factors = st.floats(0.05, 50)
spans_s = st.floats(0.05, 20)

shapes = st.one_of(
    st.just(Constant()),
    st.builds(Ramp, to=factors, over_s=spans_s),
    st.builds(
        lambda head, last, each_s: Steps((*head, last), each_s),
        st.lists(st.one_of(st.just(0.0), factors), max_size=4),
        factors,
        spans_s,
    ),
    st.builds(Burst, st.one_of(st.just(0.0), factors), st.floats(0, 20), spans_s),
    st.builds(
        lambda factor, every_s, share: Bursts(factor, every_s, every_s * share),
        st.one_of(st.just(0.0), factors),
        spans_s,
        st.floats(0.05, 0.95),
    ),
    st.builds(Sine, st.floats(0, 1), spans_s),
)
arrivals = st.builds(Arrivals, shapes, st.booleans())
