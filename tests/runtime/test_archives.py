"""Which class archive the trials of a run get: all of them one, or none of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.plan.arms import parse_arm
from bench.runtime import archives as archive
from bench.runtime.archives import Archives
from bench.runtime.cds import NOT_MADE, ClassArchive
from tests.made_results import make_result
from tests.trial.conftest import spec

MADE = ClassArchive(Path("/cache/made.jsa"), "", "a.jar")
ARMS = [spec(arm=parse_arm(arm)) for arm in ("dstream", "structured")]
NULL = spec(arm=parse_arm("null"))


@pytest.fixture
def there(monkeypatch):
    """``there(archive)``: what the cache holds; asked for without making any."""

    def put(found):
        def look(interpreter, build):
            assert not build
            return found

        monkeypatch.setattr(archive, "class_archive", look)

    return put


def decided(specs, results=()):
    told = []
    made = Archives.decided(specs, told.append, results)
    return [made.archive_for(one) for one in specs], [event["message"] for event in told]


def earlier(words):
    result = make_result(ARMS[0])
    extra = {**result.environment.extra, "class_archive": words}
    environment = result.environment.model_copy(update={"extra": extra})
    return result.model_copy(update={"environment": environment})


def test_every_trial_gets_the_one_that_is_there(there):
    there(MADE)
    assert decided(ARMS) == ([MADE, MADE], [])
    assert decided(ARMS, [earlier("used"), earlier("none: no JVM")]) == ([MADE, MADE], [])


def test_none_is_made_while_somebody_waits_and_how_to_is_said_once(there):
    there(ClassArchive(None, NOT_MADE))
    found, told = decided([*ARMS, NULL])
    assert [one.path for one in found] == [None] * 3
    (words,) = told
    assert words.startswith("no class archive: none has been made yet")
    assert "`sparkbench doctor --prepare` makes it" in words


def test_what_appears_during_a_run_is_not_used_in_it(there):
    there(ClassArchive(None, NOT_MADE))
    run = Archives.decided(ARMS, lambda event: None)
    there(MADE)
    assert [run.archive_for(one).path for one in ARMS] == [None, None]


def test_where_one_trial_has_no_room_for_it_none_gets_it(there):
    there(MADE)
    other = replace(ARMS[1], conf={"spark.driver.extraClassPath": "/x"})
    found, told = decided([ARMS[0], other])
    assert [one.path for one in found] == [None, None]
    assert told == ["no class archive: a trial sets spark.driver.extraClassPath"]


def test_a_run_that_began_without_goes_on_without(there):
    there(MADE)
    found, told = decided(ARMS, [earlier("none: none has been made yet")])
    assert [one.path for one in found] == [None, None]
    assert told == ["no class archive: the run began without"]


def test_an_engine_without_a_jvm_asks_for_none(there):
    there(ClassArchive(None, NOT_MADE))
    assert decided([NULL]) == ([ClassArchive(None, "no JVM")], [])
