"""The table of metrics fits the stored result."""

import pytest
from pydantic import BaseModel

from bench.results.schema import Ageing, TrialResult
from bench.stats.metrics import HEADLINE, METRICS
from bench.stats.outcome import Outcome, outcome_of
from tests.report.synthetic import make_trial


def test_the_headline_is_end_to_end_p99_and_comes_first():
    assert next(iter(METRICS)) == HEADLINE == "e2e_p99"


PATHS = {key: m.path for key, m in METRICS.items()} | {
    f"{key}, what moves it": m.moves for key, m in METRICS.items() if m.moves
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_every_path_leads_to_a_field_of_the_schema(path):
    model: type[BaseModel] = TrialResult
    for name in path:
        annotation = model.model_fields[name].annotation
        inner = [annotation, *getattr(annotation, "__args__", ())]
        found = [t for t in inner if isinstance(t, type) and t is not type(None)]
        assert found
        if issubclass(found[0], BaseModel):
            model = found[0]
    assert found[0] is float


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_reads_mappings_and_says_none_where_nothing_was_measured(metric):
    nested: object = 1.5
    for name in reversed(metric.path):
        nested = {name: nested}
    assert metric.read(nested) == 1.5
    assert metric.read({metric.path[0]: None}) is None
    assert metric.read({}) is None


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_words_have_one_place_for_the_ratio(metric):
    assert metric.times.count("{}") == 1
    assert "{" not in metric.alike


def test_only_throughput_is_better_when_higher():
    assert [m.key for m in METRICS.values() if m.better == "higher"] == ["throughput"]


AGED = {"after_tick_s": 0.4, "change_s": -0.03, "z": -2.0, "batch_change_s": -0.01}


@pytest.mark.parametrize(
    ("key", "drift"),
    [
        ("e2e_p99", -0.03 / 1.5),
        ("e2e_p50", -0.03 / 0.9),
        ("net_p99", -0.03 / 0.6),
        ("batch_p50", -0.01 / 0.25),
        ("throughput", 0.0),
        ("cpu_per_million", 0.0),
    ],
)
def test_drift_is_the_share_of_itself_by_which_a_metric_moved(key, drift):
    trial = {
        "latency_s": {"gross": {"p50": 0.9, "p99": 1.5}, "net": {"p99": 0.6}},
        "batch_s": {"p50": 0.25},
        "throughput_per_s": 1000.0,
        "resources": {"cpu_s_per_million": 400.0},
        "ageing": AGED,
    }
    metric = METRICS[key]
    assert metric.read(trial) is not None
    assert metric.drift(trial) == pytest.approx(drift)
    assert metric.drift({**trial, "ageing": None}) == 0
    assert metric.drift({"ageing": AGED}) == 0


def test_an_outcome_is_what_the_stored_trial_says():
    trial = make_trial(status="saturated", reasons=["too slow"])
    trial.ageing = Ageing(**AGED)
    metric = METRICS["e2e_p99"]
    p99 = trial.latency_s.gross.p99
    assert outcome_of(trial, metric) == Outcome(p99, "saturated", ("too slow",), -0.03 / p99)
    assert outcome_of(make_trial(status="failed"), metric) == Outcome(None, "failed")
