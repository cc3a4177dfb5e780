"""The table of metrics fits the stored result."""

import pytest
from pydantic import BaseModel

from bench.results.schema import TrialResult
from bench.stats.metrics import HEADLINE, METRICS


def test_the_headline_is_end_to_end_p99_and_comes_first():
    assert next(iter(METRICS)) == HEADLINE == "e2e_p99"


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_every_path_leads_to_a_field_of_the_schema(metric):
    model: type[BaseModel] = TrialResult
    for name in metric.path:
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
