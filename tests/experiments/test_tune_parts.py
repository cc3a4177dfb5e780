"""Space, halving and scores of a search for settings, each by itself."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bench.contract.knobs import SLOTS, Dimension, Fit, Use
from bench.experiments.tune.halving import most_configs, rungs, trials
from bench.experiments.tune.score import Goal, Score, front, scores, work_rate
from bench.experiments.tune.space import configured, design, fitting, size, without
from bench.plan.arms import parse_arm
from bench.results.schema import Resources
from bench.stats.metrics import METRICS
from tests.experiments.tuned_systems import DIMENSIONS, make_tune, measured

SPACE = st.lists(
    st.builds(
        lambda key, values: Dimension(key, f"conf.{key}", tuple(map(str, range(values)))),
        st.sampled_from("abcdefgh"),
        st.integers(1, 4),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda dimension: dimension.key,
)


def test_what_does_not_fit_is_left_out():
    dimensions = (
        Dimension("weak", "conf.w", ("1",), weakens=True),
        Dimension("state", "conf.s", (SLOTS,), fit=Fit(stateful=True)),
        Dimension("fixed", "conf.f", ("1",)),
        Dimension("slots", "conf.n", (SLOTS, "2", "8")),
    )
    use = Use(slots=2)
    found = fitting(dimensions, use, fixed={"conf.f"})
    assert [(d.key, d.values) for d in found] == [("conf.n", ("2", "8"))]
    found = fitting(dimensions, Use(stateful=True, slots=4), fixed=(), allow_weaker=True)
    assert [d.key for d in found] == ["conf.w", "conf.s", "conf.f", "conf.n"]
    assert found[1].values == ("4",)
    assert [d.key for d in without(found, "conf.n", ["4", "2", "8"])] == [
        "conf.w",
        "conf.s",
        "conf.f",
    ]


@given(SPACE, st.integers(2, 40), st.integers(0, 10**9))
def test_a_design_is_different_configurations_of_the_space(space, count, seed):
    found = design(space, (), count, seed)
    assert found == design(space, (), count, seed)
    assert found[0] == {}
    assert len({tuple(sorted(c.items())) for c in found}) == len(found)
    assert len(found) <= min(count, size(space))
    values = {d.key: d.values for d in space}
    assert all(value in values[key] for config in found for key, value in config.items())


@given(SPACE, st.integers(0, 10**9))
def test_a_design_tries_every_value(space, seed):
    found = design(space, (), 16, seed)
    if size(space) >= 64:
        tried = {item for config in found for item in config.items()}
        assert {d.key for d in space} == {key for key, _value in tried}
        assert all(any((d.key, v) in tried for v in d.values) for d in space)


def test_what_is_known_to_be_good_goes_first():
    starts = ({"conf.a": "1"}, {"conf.a": "1", "conf.b": "2"}, {"conf.a": "1"})
    found = design(DIMENSIONS, starts, 5, 1)
    assert found[:3] == [{}, starts[0], starts[1]]
    assert len(found) == 5


def test_an_arm_with_settings_is_an_arm():
    arm = configured(parse_arm("structured:profile=tuned"), {"conf.x.y": "a=b", "trigger": "2s"})
    assert arm.keys == {"profile": "tuned", "trigger": "2s", "conf.x.y": "a=b"}
    assert parse_arm(arm.text) == arm
    assert configured(arm, {}) is arm


@given(st.integers(2, 64))
def test_halving_ends_with_two_and_doubles_the_effort(configs):
    ladder = rungs(configs)
    assert ladder[0].configs == configs
    assert ladder[-1].configs == 2
    for before, after in pairwise(ladder):
        assert after.rounds == 2 * before.rounds
        assert before.configs / 2 <= after.configs <= before.configs / 2 + 1
    assert trials(configs) >= configs
    assert trials(configs) == sum(
        rung.configs * (rung.rounds - before)
        for rung, before in zip(ladder, [0, *(r.rounds for r in ladder)], strict=False)
    )


@given(st.integers(0, 500), st.integers(2, 64))
def test_as_many_configurations_as_can_be_paid(affordable, available):
    count = most_configs(affordable, available)
    assert 2 <= count <= available
    assert count == 2 or trials(count) <= affordable
    assert count == available or trials(count + 1) > affordable


POINTS = st.lists(st.tuples(st.floats(0.1, 10), st.floats(1, 100)), min_size=1, max_size=12)


@given(POINTS)
def test_the_front_is_never_empty_and_beats_the_rest(points):
    flags = front(points)
    assert any(flags)
    best = [point for point, flag in zip(points, flags, strict=True) if flag]
    for (x, y), flag in zip(points, flags, strict=True):
        beaten = any(a <= x and b >= y and (a, b) != (x, y) for a, b in best)
        assert flag != beaten


def trial(config, number, p99_s, status="ok", work_rate=1e4):
    tune = make_tune()
    spec = tune.round_specs((config,), number, 10 * number + config, "search")[0]
    return measured(spec, p99_s, work_rate, status)


def test_a_round_that_was_slow_for_all_counts_against_nobody():
    by_config = {
        0: {1: trial(0, 1, 1.0), 2: trial(0, 2, 4.0)},
        1: {1: trial(1, 1, 1.1)},
        2: {1: trial(2, 1, 0.9), 2: trial(2, 2, 3.6)},
    }
    found = scores(by_config, Goal())
    assert sorted(found, key=found.__getitem__) == [2, 0, 1]


def test_what_does_not_hold_the_rate_comes_after_what_is_slow():
    by_config = {
        0: {1: trial(0, 1, 0.1, "saturated")},
        1: {1: trial(1, 1, 5.0)},
        2: {1: trial(2, 1, 1.0, "unsupported")},
        3: {1: trial(3, 1, 3.0, "unsettled")},
    }
    found = scores(by_config, Goal())
    assert sorted(found, key=found.__getitem__) == [3, 1, 0, 2]
    assert all(isinstance(score, Score) for score in found.values())


def test_within_the_bound_room_decides_beyond_it_latency():
    by_config = {
        0: {1: trial(0, 1, 0.4, work_rate=1e4)},
        1: {1: trial(1, 1, 0.6, work_rate=3e4)},
        2: {1: trial(2, 1, 0.9, work_rate=9e4)},
        3: {1: trial(3, 1, 0.8, work_rate=1e3)},
    }
    bounded = scores(by_config, Goal(bound_s=0.7))
    assert sorted(bounded, key=bounded.__getitem__) == [1, 0, 3, 2]
    free = scores(by_config, Goal(METRICS["e2e_p50"]))
    assert sorted(free, key=free.__getitem__) == [0, 1, 3, 2]


def test_where_a_batch_is_open_all_the_time_room_is_told_by_cpu_time():
    def live(config, cpu_s_per_million):
        result = trial(config, 1, 0.1, work_rate=1e3)
        result.batches[0].chunks = "records that came out one by one"
        result.resources = Resources(
            window_s=1.0,
            jvm_cpu_s=0.1,
            driver_cpu_s=0.0,
            workers_cpu_s=0.0,
            generator_cpu_s=0.0,
            cpu_s_per_million=cpu_s_per_million,
            rss_peak_bytes=1,
        )
        return result

    trials = {0: live(0, 100.0), 1: live(1, 80.0), 2: live(2, None)}
    assert [work_rate(result) for result in trials.values()] == [10_000.0, 12_500.0, None]
    found = scores({config: {1: result} for config, result in trials.items()}, Goal(bound_s=1.0))
    assert sorted(found, key=found.__getitem__) == [1, 0, 2]
