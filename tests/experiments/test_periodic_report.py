"""What comes back, in words."""

from __future__ import annotations

import numpy as np
import pytest

from bench.experiments.soak.periodic import ordinal, periodic_parts
from bench.results.schema import Batch
from bench.run import Run
from tests.report.synthetic import make_info, make_trial


def trial(arm, number, *, height, warmup=0, n=100):
    noise = np.random.default_rng(number)
    made = []
    for place in range(n):
        seconds = 0.2 * float(np.exp(noise.normal(0, 0.05))) + (height if place % 10 == 9 else 0)
        started = 1000.0 + place
        made.append(
            Batch(
                batch_id=place,
                ranges=[(0, 10 * place, 10)],
                planned_start=started,
                started=started,
                visible=started + seconds,
                finished=started + seconds,
                phases={"execution": seconds - 0.05, "log": 0.05},
                warmup=place < warmup,
            )
        )
    given = make_trial(number, arm)
    return given.model_copy(update={"batches": made})


def lines(*trials):
    arms = tuple(dict.fromkeys(one.trial.arm for one in trials))
    return [part.text for part in periodic_parts(Run(None, make_info(arms), list(trials)))]


def test_a_period_is_named_with_its_height_where_it_lies_and_in_how_many_trials():
    found = lines(
        trial("dstream", 1, height=0.0),
        trial("structured", 2, height=0.1),
        trial("structured", 3, height=0.1),
    )
    assert found[0] == "What comes back"
    (said,) = found[1:]
    assert said.startswith("structured: every 10th batch (each 10.0 s) takes ")
    assert said.endswith(" of a usual one, most of it execution in 2 of 2 trials.")


def test_without_one_nothing_is_said_nor_of_too_few_batches():
    assert lines(trial("dstream", 1, height=0.0)) == []
    assert lines(trial("structured", 2, height=0.1, warmup=75)) == []


@pytest.mark.parametrize(
    ("number", "word"),
    [(2, "2nd"), (3, "3rd"), (10, "10th"), (11, "11th"), (12, "12th"), (21, "21st")],
)
def test_ordinals(number, word):
    assert ordinal(number) == word
