"""Capacities over cores become a law in a sentence; what was not measured is called so."""

from __future__ import annotations

from bench.document.parts import Line
from bench.experiments.capacity.experiment import CapacityRun
from bench.experiments.capacity.findings import CapacityReport, Found
from bench.experiments.capacity.scaling import scaling_sentences, scalings
from bench.run import Run
from bench.stats.scalability import ScalingLaw
from tests.report.synthetic import make_info

LAW = ScalingLaw(50_000.0, 0.1, 0.01, ())


def found(arm, cores, held, end="closed", **cell) -> Found:
    return Found(
        cell={"trigger_s": 1.0, "cores": cores, **cell},
        arm=arm,
        engine=arm,
        path="jvm",
        guarantee="none",
        cores=cores,
        bound_s=3.0,
        end=end,
        held_per_s=held,
        missed_per_s=None if held is None else held * 1.15,
        at_least=end == "generator",
        stopped_by="backlog grows",
        reason="",
        points=(),
        notes=(),
        trials=3,
        spent_s=60.0,
    )


def report(*parts) -> CapacityReport:
    arms = tuple(dict.fromkeys(one.arm for one in parts))
    return CapacityReport(1.15, 360.0, None, arms, parts)


def test_a_law_is_fitted_and_what_lies_beyond_is_called_extrapolated():
    made = report(*(found("structured", n, LAW.at(n)) for n in (1, 2, 4, 8)))
    (sentence,) = scaling_sentences(made)
    assert "over 1 to 8 cores: X(N) = 50,000 N / (1 + 0.1 (N - 1) + 0.01 N (N - 1))" in sentence
    assert "Universal Scalability Law" in sentence
    before, _, after = sentence.partition("Extrapolated, not measured:")
    assert "16 cores" in after
    assert "32 cores" in after
    assert "extrapolated" in before  # the peak of this law is at 9.5 cores
    shown = CapacityRun(Run(None, make_info(), []))
    shown.report = made
    assert sentence in [line.text for line in shown.told(100) if isinstance(line, Line)]


def test_rates_that_a_limit_ended_and_too_few_points_make_no_law():
    assert not scalings(report(*(found("a", n, LAW.at(n)) for n in (1, 2))))
    for end in ("generator", "budget"):
        limited = [found("a", n, LAW.at(n), end if n == 4 else "closed") for n in (1, 2, 4)]
        assert not scalings(report(*limited))
    assert not scalings(report(*(found("a", n, None) for n in (1, 2, 4))))


def test_points_farther_off_than_they_are_known_make_no_law():
    # As searched for on two CPUs with a step of 1.4: three slots held more than four.
    parts = [found("a", n, held) for n, held in ((1, 98e3), (2, 137e3), (3, 269e3), (4, 137e3))]
    (sentence,) = scaling_sentences(CapacityReport(1.4, 360.0, None, ("a",), tuple(parts)))
    assert "over 1 to 4 cores: no law" in sentence
    assert "51% off a point" in sentence
    assert "known to 40%" in sentence
    assert "cores 1" not in sentence


def test_arms_and_other_axes_are_kept_apart():
    parts = [
        found(arm, n, LAW.at(n) * times, streams=streams)
        for arm, times in (("a", 1), ("b", 2))
        for streams in (1, 2)
        for n in (1, 2, 4)
    ]
    laws = scalings(report(*parts))
    assert {(one.arm, one.cell["streams"]) for one in laws} == {
        (arm, streams) for arm in "ab" for streams in (1, 2)
    }
    assert all("at streams" in sentence for sentence in scaling_sentences(report(*parts)))


def test_executors_are_workers_too():
    parts = [found("a", 4, LAW.at(n), executors=n) for n in (1, 2, 4)]
    parts.append(found("a", 4, 1.0, executors="auto"))
    (law,) = scalings(report(*parts))
    assert law.axis == "executors"
