"""Where a run's time went, in every form of the report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.document.markdown import markdown
from bench.experiments.compare.document import time_table
from bench.plan.phases import PHASES
from bench.report.bundle import render_html
from bench.results.schema import RunPart
from bench.run import Run
from bench.summary.conduct import time_share
from bench.summary.spent import BETWEEN, jvm_ages_s, parts
from tests.report.synthetic import make_info, make_trial

ARMS = ("dstream", "structured")
SPENT = {"launch": 3.0, "prelude": 5.0, "settle": 2.0, "window": 8.0, "tail": 2.0}
PART = RunPart(pid=1, started_at=0.0)


def account(number, spent, age_s=None):
    """A trial with such an account of its seconds."""
    trial = make_trial(number, ARMS[number % 2], duration_s=8.0)
    changes = {"spent": spent, "trial_s": sum((spent or {"": 20.0}).values()), "jvm_age_s": age_s}
    return trial.model_copy(update=changes)


def info(wall_s, **changes):
    return make_info(started_at=1e6, finished_at=1e6 + wall_s, parts=[PART], **changes)


BOTH = [account(1, SPENT, 11.5), account(2, SPENT, 12.5)]


@given(
    st.lists(
        st.dictionaries(st.sampled_from(list(PHASES)), st.floats(0.001, 1000), min_size=1),
        min_size=1,
        max_size=3,
    ),
    st.floats(0, 100),
)
def test_the_parts_are_the_whole(accounts, between_s):
    whole_s = sum(sum(one.values()) for one in accounts) + between_s
    found = parts(info(whole_s), [account(1, one) for one in accounts])
    assert sum(one.seconds for one in found) == pytest.approx(whole_s, abs=1e-5)
    assert sum(one.share for one in found) == pytest.approx(1.0)
    order = [*PHASES, BETWEEN]
    assert [one.name for one in found] == sorted((one.name for one in found), key=order.index)


def test_runs_that_kept_no_account_say_what_they_always_said():
    old = [account(1, None), account(2, SPENT)]
    assert parts(info(44.0), old) == []
    assert time_share(info(44.0), old).endswith("the rest is starting, warming up and ending.")
    assert time_table(source(old)) == []
    assert 'class="spent"' not in render_html(source(old))


def test_the_line_of_the_terminal_names_the_largest_first():
    said = time_share(info(44.0), BOTH)
    assert said == (
        "Measured windows: 16 s of 44 s wall time (36%); 23% warm-up prelude, 14% starting JVM "
        "and session, 9% settling, 9% last batches, 9% between trials."
    )


def test_the_page_and_the_markdown_show_a_bar():
    run = source(BOTH)
    heading, table = markdown(time_table(run)).split("\n\n")
    assert heading == "## Where the time went"
    assert "| measured window | 16.0 | 36% | ███████████████ |" in table
    page = render_html(run)
    assert 'class="measured" style="flex-grow: 0.3636" title="measured window: 16.0 s"' in page
    assert "<b>36%</b> measured window, 16.0&nbsp;s" in page


def test_the_ages_of_the_jvms_are_the_youngest_and_the_oldest():
    assert jvm_ages_s(BOTH) == (11.5, 12.5)
    assert jvm_ages_s([account(1, None)]) is None


def source(results):
    return Run(None, info(44.0), results)
