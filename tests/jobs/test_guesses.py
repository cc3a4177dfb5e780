"""What good guesses get wrong about Spark 4.3: each row of docs/differences.md that names a fact.

All facts are looked at by one driver in one session (``drivers/guesses.py``).  Where another Spark
does otherwise, the row in the documentation is to be changed with the test.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.jobs.conftest import Driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

DOCS = Path(__file__).resolve().parents[2] / "docs" / "differences.md"

#: Fact to what is seen; a pattern stands for an error's first line.
SEEN = {
    "simple_reader_under_available_now": [[[0], [1], [2]]],  # of ten rows
    "rough_reader": [[[[1, False]]], ["latest", "initial"]],
    "arrow_of_int64_for_int": re.compile("FOREACH_BATCH_USER_FUNCTION_ERROR|DATA_SOURCE_RETURN"),
    # By name from pandas, by place from Arrow.
    "columns_of_frames_by_name_or_place": [[[0, 7]], [[7, 0]]],
    "arrow_udf_of_int64_for_int": [[0], [1]],
    "map_in_arrow_of_int64_for_int": re.compile(r"UNSUPPORTED_CALL.*getInt"),
    "state_provider_changed_on_a_checkpoint": [[["a", 2]]],
    "shuffle_partitions_changed_on_a_checkpoint": [[2, "5", 4]],
    "two_actions_double_the_rows_of_state": 40,
    "session_gaps_of_nonsense": [[["2 seconds", 1]]],
    "progress_that_is_kept": 1,
    "triggers_in_words": {
        "999 microseconds": True,
        "1.5 seconds": True,
        "1.5 minutes": "IllegalArgumentException",
        "1.5 s": "IllegalArgumentException",
        "500 ms": "IllegalArgumentException",
    },
    "limit_below_an_aggregate_of_a_stateful_batch": [5],
    "take_of_a_stateful_batch": re.compile("Exception thrown in awaitResult"),
    "a_list_as_a_frame_without_a_python_worker": False,
    "year_zero": -62_167_219_199_000,
    "nul_between_quotes": [["a", "\0"], ["a", None]],
    "a_watermark_of_a_month": True,
    "memory_sink_in_update_mode": [["a", 1], ["a", 2]],
    "two_watermarks_of_a_column": [[["a"]]],
    # It returned at once, and the task came to its end all the same.
    "stop_while_a_python_task_runs": [True, False, True],
    "state_after_an_earlier_streaming_context": [True, True],
    "no_files_a_trigger": re.compile("StreamingQueryException.*'maxFilesPerTrigger', must be"),
}


@pytest.fixture(scope="module")
def seen(spark_environ, tmp_path_factory):
    folder = tmp_path_factory.mktemp("guesses")
    results = folder / "results.json"
    # A machine without protobuf, in a container without a locale.
    package = folder / "without" / "google" / "protobuf"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise ModuleNotFoundError('no google.protobuf')\n")
    environ = {**spark_environ, "LC_ALL": "C", "PYTHONPATH": str(folder / "without")}
    driver = Driver("guesses", results, log=folder / "log", environ=environ)
    try:
        assert driver.process.wait(350) == 0, driver.log.read_text()[-4000:]
    finally:
        driver.end()
    return json.loads(results.read_text())


@pytest.mark.parametrize("fact", SEEN)
def test_what_good_guesses_get_wrong(seen, fact):
    wanted = SEEN[fact]
    if isinstance(wanted, re.Pattern):
        assert wanted.search(seen[fact]), seen[fact]
    else:
        assert seen[fact] == wanted


def test_asynchronous_progress_looks_at_the_sink(seen):
    found = seen["async_progress_by_sink"]
    assert [found[name] for name in ("noop", "console", "memory")] == [True] * 3
    for name in ("files", "foreachBatch"):
        assert "does not support async progress tracking" in found[name]


def test_deduplication_without_a_watermark_is_refused_at_the_start_only(seen):
    defined, started = seen["deduplication_without_a_watermark"]
    assert defined is True
    assert "without watermark" in started


def test_the_row_form_of_state_needs_protobuf_and_does_not_say_so(seen):
    said, named = seen["row_form_of_state_without_protobuf"]
    assert "TransformWithStateInPySpark driver worker exited unexpectedly" in said
    assert not named


def test_the_socket_source_breaks_letters_where_there_is_no_locale(seen):
    charset, values = seen["accents_under_a_c_locale"]
    # From Java 18 on the default is UTF-8 whatever the locale (JEP 400).
    assert values == (["\N{REPLACEMENT CHARACTER}" * 2] if charset == "US-ASCII" else ["\xe9"])


def test_the_documentation_names_facts_that_are_shown():
    table = DOCS.read_text().partition("## Where good guesses are wrong")[2].partition("\n## ")[0]
    rows = [line for line in table.splitlines() if line.startswith("|")]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9]+(?:_[a-z0-9]+){2,})`", row)}
    assert named - {"try_to_timestamp"} <= {
        *SEEN,
        "async_progress_by_sink",
        "deduplication_without_a_watermark",
        "row_form_of_state_without_protobuf",
        "accents_under_a_c_locale",
    }
    assert all(f"`{name}`" in table for name in SEEN)
