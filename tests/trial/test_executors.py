"""What executors did in a window is the difference of two readings."""

from __future__ import annotations

from bench.trial.sampler import executors_between


def reading(name, tasks, **more):
    return {
        "id": name,
        "host": "h",
        "cores": 2,
        "tasks": tasks,
        "run_s": tasks * 0.5,
        "cpu_s": tasks * 0.25,
        "gc_s": 0.0,
        "heap_peak_bytes": 100,
        "jvm_rss_peak_bytes": None,
        "python_rss_peak_bytes": None,
        **more,
    }


def test_sums_are_subtracted_and_peaks_are_not():
    (use,) = executors_between([reading("0", 10)], [reading("0", 14, heap_peak_bytes=150)])
    assert (use.tasks, use.run_s, use.cpu_s) == (4, 2.0, 1.0)
    assert use.heap_peak_bytes == 150


def test_an_executor_that_came_in_between_counts_whole():
    before, after = [reading("0", 10)], [reading("0", 10), reading("1", 3)]
    assert [use.tasks for use in executors_between(before, after)] == [0, 3]


def test_a_local_trial_has_none():
    assert executors_between(None, None) == []
