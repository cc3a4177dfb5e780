"""The bill of an arm: slots, requests and idling, beside its cores."""

from __future__ import annotations

import pytest

from bench.decision import decide, decision_data, decision_markdown, decision_parts
from bench.decision.target import Target
from bench.decision.view import decision_view
from bench.document.parts import Grid, Heading
from bench.results.schema import REQUESTS, Idle, Requests
from tests.decision.made import measured, rounds


def asked(per_batch=2, batches=10, length_s=10.0, **more):
    given = {"creates": per_batch * batches, "renames": per_batch * batches, **more}
    counts = {kind: given.get(kind, 0) for kind in REQUESTS}
    return Requests(batches=batches, length_s=length_s, **counts)


def billed(trials, *, requests=None, slots=1, cpu_s=0.1, idle=True):
    """The same trials, watched without records for 20 s too."""
    rest = Idle(length_s=20.0, cpu_s=cpu_s, slots=slots, requests=asked(0, 0, 20.0))
    more = {"requests": requests or asked(0), "idle": rest if idle else None}
    return [trial.model_copy(update=more) for trial in trials]


@pytest.fixture
def run():
    return measured(
        billed(rounds("dstream", 10_000), slots=1, cpu_s=2.0),
        billed(rounds("structured", 10_000), requests=asked(2, opens=50), slots=0),
        rounds("structured:profile=tuned", 10_000),
    )


def view_of(run, **target):
    (decision,) = decide(run, Target(10_000, 2.0, **target))
    return decision_view(decision), decision


def test_an_hour_of_each_arm(run):
    view, decision = view_of(run, core_hour=0.05, million_requests=5.0)
    assert view.bill.heading == (
        *("arm", "cores", "slots held", "req/batch", "req/hour", "idle CPU/hour"),
        *("cores price", "req price", "together"),
    )
    # 400 CPU s a million at 10,000/s are 4 cores; 4 requests a batch of a second are 14,400 an
    # hour, 7.2 cents; two cores cost 10.
    assert view.bill.rows == (
        ("dstream", "4 of 2", "1", "0", "0", "360 s", "0.1", "0", "0.1"),
        ("structured", "4 of 2", "0", "4", "14,400", "18 s", "0.1", "0.072", "0.172"),
    )
    assert any("profile=tuned: measure with --idle" in line for line in view.not_measured)
    _first, second, third = decision_data(decision)["standings"]
    assert second["bill"]["asked_per_batch"]["opens"] == 5.0
    assert second["bill"]["price"] == pytest.approx(0.172)
    assert "bill" not in third


def test_without_prices_there_are_counts_and_without_counts_no_bill(run):
    view, _decision = view_of(run)
    assert view.bill.heading[-1] == "idle CPU/hour"
    assert not any("--idle" in line for line in view.not_measured)
    bare, _decision = view_of(measured(rounds("dstream", 10_000)))
    assert bare.bill.rows == ()


def test_every_form_shows_it(run):
    view, decision = view_of(run, million_requests=5.0)
    parts = decision_parts(view)
    assert any(isinstance(part, Heading) and part.text == "The bill" for part in parts)
    assert any(isinstance(part, Grid) and "slots held" in part.heading for part in parts)
    assert "### The bill" in decision_markdown(decision)


def test_the_requests_of_the_nearest_rate_are_taken():
    low = billed(rounds("dstream", 1_000), requests=asked(1))
    high = billed(rounds("dstream", 10_000), requests=asked(3), idle=False)
    view, _decision = view_of(measured(low, high))
    assert view.bill.rows[0][1:] == ("4 of 2", "1", "6", "21,600", "18 s")


@pytest.mark.parametrize("price", [0.0, -1.0, float("nan")])
def test_a_price_is_a_number_above_0(price):
    with pytest.raises(ValueError, match="million_requests"):
        Target(1.0, 1.0, million_requests=price)
