"""What a plan asks of its load: possible lines, shapes within the window, rates to be reached."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.load.timing.arrivals import EXAMPLES, parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.plan.axes import AXES, Surroundings
from bench.plan.build import build_plan
from bench.plan.load import ASSUMED_PEAK_PER_S, line_cost, near_peak, peak_factor, peak_rate_per_s

AROUND = Surroundings(cores=2, replay_rate=lambda path: 40.0)


def plan(*arms, axes=None, **options):
    return build_plan(arms or ("null",), around=AROUND, axes=axes or {}, **options)


def test_what_lines_are_made_of_are_axes():
    made = plan(
        axes={
            "payload_bytes": ["100,1000"],
            "payload_spread": ["0.5"],
            "keys": ["0,1k"],
            "streams": ["1,16"],
        }
    )
    assert len(made.cells) == 8
    assert made.cells[-1] == {
        "trigger_s": 1.0,
        "cores": 2,
        "rate_per_s": 1000.0,
        "streams": 16,
        "payload_bytes": 1000,
        "keys": 1000,
    }
    assert {spec.payload_spread for spec in made.trials()} == {0.5}
    assert {(s.payload_bytes, s.keys, s.streams) for s in made.round_trials(1)} == {
        (size, keys, streams) for size in (100, 1000) for keys in (0, 1000) for streams in (1, 16)
    }


@pytest.mark.parametrize(
    ("axes", "words"),
    [
        ({"skew": ["1"]}, "skew needs keys"),
        ({"keys": ["10"], "payload_bytes": ["15"]}, "give at least 20 bytes"),
        ({"payload_bytes": ["1000,20"], "payload_spread": ["0.9"]}, "too small for the line"),
        ({"payload_spread": ["1"]}, "--payload-spread: payload spread is 1"),
        ({"payload_spread": ["wide"]}, "--payload-spread: 'wide' is not a number"),
        ({"keys": ["-1"]}, "--keys: a number of keys"),
        ({"skew": ["nan"], "keys": ["5"]}, "--skew: 'nan' is not a number"),
        ({"streams": ["17"]}, "--streams: 17 streams are more than a trial can drive"),
        ({"equal": ["threads"]}, "--equal: unknown equality 'threads'"),
    ],
)
def test_lines_that_cannot_be_are_refused(axes, words):
    with pytest.raises(UsageError) as caught:
        plan(axes=axes)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_arm_may_pin_what_its_load_is_made_of():
    made = plan("null", "null:keys=5,payload_bytes=40,equal=cpus")
    pinned = next(spec for spec in made.round_trials(1) if spec.arm.keys)
    assert (pinned.keys, pinned.payload_bytes, pinned.equal) == (5, 40, "cpus")
    with pytest.raises(UsageError, match="skew needs keys"):
        plan("null:skew=1")


@pytest.mark.parametrize(
    ("shape", "missed"),
    [
        ("burst:factor=9,at=2s,for=1s", "over before"),
        ("burst:factor=9,at=2s,for=3s", None),
        ("burst:factor=9,at=3s,for=1s", None),
        ("burst:factor=9,at=14999ms,for=1s", None),
        ("burst:factor=9,at=15s,for=1s", "begins after"),
        ("bursts:factor=9,every=15s,for=1s", None),
        ("bursts:factor=9,every=17s,for=2s", "no burst falls into"),
        ("bursts:factor=9,every=2s,for=1s", None),
        ("bursts:factor=9,every=3s,for=1s", None),
        ("steps:factors=1/2,each=15s", "first step ends after"),
        ("steps:factors=1/2,each=14s", None),
        ("steps:factors=1/2,each=1s", None),
        ("ramp:to=2,over=1s", None),
    ],
)
def test_a_shape_that_the_window_would_not_see_is_refused(shape, missed):
    options = {"axes": {"arrivals": [shape]}, "warmup": "3s", "duration": "12s"}
    if missed is None:
        plan(**options)
        return
    with pytest.raises(UsageError, match=missed) as caught:
        plan(**options)
    assert "3s to 15s after the load begins" in str(caught.value)


@pytest.mark.parametrize("shape", EXAMPLES)
def test_the_default_window_sees_every_example(shape):
    made = plan(axes={"arrivals": [shape]})
    assert {spec.arrivals for spec in made.trials()} == {shape}


@given(
    st.sampled_from(EXAMPLES).filter(lambda text: text != "poisson"),
    st.floats(0.5, 60),
)
def test_no_second_has_more_records_than_the_peak_rate(shape, at_s):
    arrivals = parse_arrivals(shape)
    schedule = Schedule(arrivals, 100.0, seed=1)
    sent = schedule.count_before(at_s + 1) - schedule.count_before(at_s)
    assert sent <= 100 * peak_factor(arrivals.shape) + 1


def test_own_timestamps_give_the_rate():
    made = plan(replay="lines.log", replay_speed="2.5")
    assert made.cells == [{"trigger_s": 1.0, "cores": 2, "rate_per_s": 100.0}]
    (spec,) = made.round_trials(1)
    assert (spec.replay, spec.replay_speed, spec.rate_per_s) == ("lines.log", 2.5, 100.0)
    assert type(made).from_dict(made.to_dict()) == made


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"replay_speed": "2"}, "--replay-speed: there is no file to replay; give --replay"),
        ({"replay": "x", "replay_speed": "0"}, "--replay-speed: '0' is not a speed above 0"),
        ({"replay": "x", "replay_speed": "fast"}, "--replay-speed: 'fast' is not a speed"),
        (
            {"replay": "x", "replay_speed": "1", "axes": {"rate": ["5"]}},
            "--rate: a file at its own pace",
        ),
        (
            {"replay": "x", "replay_speed": "1", "axes": {"arrivals": ["poisson"]}},
            "--arrivals: a file at its own pace",
        ),
        ({"replay": "x", "axes": {"keys": ["5"]}}, "sent as they are"),
        ({"replay": "x", "axes": {"payload_bytes": ["50"]}}, "sent as they are"),
    ],
)
def test_a_replay_that_cannot_be_is_refused(options, words):
    with pytest.raises(UsageError) as caught:
        plan(**options)
    assert words in str(caught.value)


def test_a_pinned_rate_does_not_go_with_own_timestamps():
    with pytest.raises(UsageError, match="its own rate and arrivals"):
        plan("null:rate=5", replay="x", replay_speed="1")


def test_near_the_peak_a_cell_is_told_once():
    made = plan(axes={"rate": ["1000,3M"]}, rounds="2")
    told = near_peak(made.trials(), 5e6)
    assert len(told) == 1
    assert "rate 3000000: up to 3,000,000 lines/s are 60% of the 5,000,000" in told[0]
    assert near_peak(made.trials(), 7e6) == []
    assert "sparkbench calibrate" in near_peak(made.trials(), None)[0]
    assert 1000 < ASSUMED_PEAK_PER_S * 0.5 < 3e6


@pytest.mark.parametrize(
    "axes",
    [
        {"arrivals": ["burst:factor=4,at=10s,for=1s"]},
        {"arrivals": ["poisson"]},
        {"payload_bytes": ["400"]},
        {"payload_spread": ["0.5"]},
        {"keys": ["10"]},
        {"keys": ["10"], "skew": ["1"]},
    ],
)
def test_what_costs_the_generator_more_comes_nearer(axes):
    (plain,) = plan().round_trials(1)
    (costly,) = plan(axes=axes).round_trials(1)
    assert peak_rate_per_s(costly) * line_cost(costly) > 2 * peak_rate_per_s(plain)
    assert line_cost(plain) == 1


def test_a_plan_from_before_an_axis_has_its_default():
    made = plan(axes={"rate": ["5"]})
    data = made.to_dict()
    assert set(data["axes"]) == {axis.key for axis in AXES.values() if axis.always}
    back = type(made).from_dict(data)
    assert back == made
    assert back.axes["equal"] == ("slots",)
