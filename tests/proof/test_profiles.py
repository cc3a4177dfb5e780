"""The benchmark of the profiles: its arithmetic, on made-up rounds."""

from __future__ import annotations

from typing import Any

import pytest

from bench.contract import PROFILES
from bench.trial.errors import TrialFailed
from scripts.proof.profiles import Seen, aims, ratio, run_rounds, seen_of, table
from tests.report.synthetic import make_trial


def rounds(tuned=(0.5, 0.3), fastest=(0.4, 0.0), n=4):
    """Rounds in changing weather; what a profile's batch and logs are of the textbook's."""
    found = []
    for number in range(n):
        weather = 1 + 0.1 * number + 0.01 * (number % 2)
        base = Seen(0.2 * weather, 0.09 * weather, "logs")
        wobble = 1 + 0.005 * (number % 3)
        found.append(
            {
                "textbook": base,
                "tuned": Seen(base.batch_s * tuned[0] * wobble, base.logs_s * tuned[1], "logs"),
                "fastest": Seen(
                    base.batch_s * fastest[0] * wobble, base.logs_s * fastest[1], "late"
                ),
            }
        )
    return found


def test_a_ratio_is_taken_within_rounds():
    value, interval = ratio(rounds(), "tuned", "batch")
    assert value == pytest.approx(0.5, rel=0.02)
    low, _, high = interval.split()
    assert 0.45 < float(low) <= float(high) < 0.55


def test_every_profile_has_its_line_and_its_guarantee():
    lines = table(rounds()).splitlines()
    assert len(lines) == 2 + len(PROFILES)
    assert "late" in lines[-1]
    assert "no writes were waited for" in lines[-1]


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (rounds(), ["reached"] * 3),
        (rounds(tuned=(0.7, 0.6)), ["not reached", "not reached", "reached"]),
        (rounds(fastest=(0.6, 0.0)), ["reached", "reached", "not reached"]),
    ],
)
def test_the_aims(made, words):
    assert [line.rpartition(": ")[2] for line in aims(made)] == words


def test_a_trial_gives_its_medians_or_fails():
    seen = seen_of(make_trial(1, "structured"))
    assert seen.batch_s > seen.logs_s >= 0
    with pytest.raises(TrialFailed, match="saturated"):
        seen_of(make_trial(1, "structured", status="saturated"))


def test_a_disturbed_round_is_left_out(monkeypatch):
    tried = []

    def trial(profile, seed):
        tried.append((profile, seed))
        status: Any = "invalid" if seed == 2 and profile == "tuned" else "ok"
        return make_trial(len(tried), "structured", status=status)

    monkeypatch.setattr("scripts.proof.profiles.measured", trial)
    said = []
    found = run_rounds(3, 1, said.append)
    assert len(found) == 2
    assert all(set(seen) == set(PROFILES) for seen in found)
    assert sum("left out" in words for words in said) == 1
    monkeypatch.setattr(
        "scripts.proof.profiles.measured", lambda *_: make_trial(1, "structured", status="invalid")
    )
    with pytest.raises(TrialFailed, match="every round was disturbed"):
        run_rounds(2, 1, said.append)
