"""Real streams of real Spark against the truth their records carry."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bench.measure.phases import phase_sums
from bench.measure.ranges import range_breaks
from bench.plan.spec import Settings
from scripts.proof.accuracy import ARMS, NO_TRIGGER_S, Case, measure_case, warm_up
from scripts.proof.blocks import run_blocks
from scripts.proof.overhead import MEMORY
from scripts.proof.session import Session, open_session, spec_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

#: Short, and patient where the machine is busy.
SETTINGS = Settings(warmup_s=1.0, duration_s=4.0, tail_s=60.0)


#: What has no batches to look at is in tests/spark/test_realtime.py.
@pytest.fixture(scope="module", params=[arm for arm in ARMS if arm not in NO_TRIGGER_S])
def arm(request) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def session(arm, java_options, tmp_path_factory) -> Iterator[Session]:
    with open_session(arm.partition(":")[0], tmp_path_factory.mktemp("log")) as opened:
        opened.engine.java_options = java_options
        yield opened


@pytest.fixture(scope="module")
def case(arm, session) -> Case:
    warm_up(session, arm, 1000.0, cap_s=5.0)
    return measure_case(session, arm, 0.5, 1000.0, SETTINGS)


def test_the_measured_latency_is_the_true_one(case):
    assert case.agreement.problems == []
    assert case.agreement.records == 4000
    assert case.agreement.truth_p50_s > 0.1


def test_phases_of_every_batch_add_up_to_the_whole(case):
    sums = phase_sums(case.seen.batches)
    assert len(sums) >= 8
    assert [batch for batch in sums if not batch.within] == []
    assert all(value >= -0.002 for batch in case.seen.batches for value in batch.phases.values()), (
        "no phase may be negative, but for the milliseconds it is rounded to"
    )


def test_what_was_sent_is_what_was_processed_in_ranges_without_a_hole(case):
    batches = case.seen.batches
    sent = case.seen.stop.sent_records[0]
    assert range_breaks(batches) == []
    assert sum(batch.records for batch in batches) == sent
    assert sum(batch.processed_records for batch in batches) == sent
    assert sum(batch.processed_bytes for batch in batches) == 100 * sent
    assert not any(batch.failure for batch in batches)


#: A batch is told so long after its end at most, on a busy machine.
TOLD_WITHIN_S = 0.5


def test_a_bare_stream_reports_nothing_and_remembers_its_batches(arm, session, case):
    spec = spec_for(arm, 0.5, 1000.0, sink="drain", conf=MEMORY)
    blocks = run_blocks(session, spec, quads=1, block_triggers=4, warmup_s=1.0)
    assert sorted(block.instrumented for block in blocks) == [False, False, True, True]
    for block in blocks:
        assert 1 <= len(block.batch_s) <= 6
        assert all(0 < seconds < 10 for seconds in block.batch_s)
        assert block.cpu.work_s > 0
    # Those of the warm-up and of the instrumented blocks were told, the others were not; a long
    # one may end in the block after its own, and is then told or not as that block is.
    told = session.engine.batches
    for block in blocks:
        begun = [batch for batch in told if block.start <= batch.started < block.end]
        if block.instrumented:
            assert begun or max(block.batch_s) > 1
        else:
            assert [b for b in begun if b.finished < block.end - TOLD_WITHIN_S] == []
    assert len(told) == len({batch.started for batch in told}), "a batch was reported twice"
