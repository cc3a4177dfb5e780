"""The load and the slots of a run in words."""

from __future__ import annotations

from bench.results.schema import TrialInfo
from bench.summary.loads import load_words, slot_words


def trial(**changes) -> TrialInfo:
    values = {
        "number": 1,
        "arm": "dstream",
        "engine": "dstream",
        "cell": {"trigger_s": 1.0},
        "job": "echo",
        "sink": "drain",
        "path": "python",
        "trigger_s": 1.0,
        "cores": 2,
        "rate_per_s": 1000.0,
        "round": 1,
        "slot": 0,
        "seed": 1,
        "code_digest": "none",
        **changes,
    }
    return TrialInfo.model_validate(values)


def test_the_usual_load_needs_no_word():
    assert load_words([trial(), trial()]) == ""
    assert load_words([]) == ""


def test_what_is_unusual_is_named_unless_it_is_an_axis():
    unusual = {"arrivals": "poisson", "streams": 2, "payload": "80,keys=5"}
    assert load_words([trial(**unusual)]) == "arrivals poisson, streams 2, lines 80,keys=5"
    axes = {"arrivals": "poisson", "streams": 2, "keys": 5}
    assert load_words([trial(**unusual, cell=axes)]) == ""


def test_a_files_name_is_safe_to_print():
    assert load_words([trial(payload="a\x1b[31m\nb.log")]) == "lines a [31m b.log"


def test_slots_are_told_where_they_are_not_the_cpus():
    assert slot_words([trial(slots=2), trial(slots=None)]) == ""
    assert slot_words([trial(slots=3, equal="cpus")] * 2) == "3 task slots on 2 CPUs"
    several = [trial(slots=2, cores=1), trial(slots=3)]
    assert slot_words(several) == "2 task slots on 1 CPU, 3 task slots on 2 CPUs"
