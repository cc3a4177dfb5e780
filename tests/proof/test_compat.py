"""The table of versions: reasons once each, and shared by versions."""

from __future__ import annotations

from scripts.proof.compat import TRIALS, WAYS, Answer, _on, _plain, table


def test_an_arm_gets_and_loses_its_version():
    for arm in (*WAYS, *(arm for arm, _sink in TRIALS)):
        assert _plain(_on(arm, "3.5.9")) == arm
    assert _plain("structured:mode=continuous,spark=3.5.9") == "structured:mode=continuous"
    assert _plain("dstream:spark=3.5.9,path=jvm") == "dstream:path=jvm"


def test_reasons_stand_below_the_table_once():
    yes = Answer("yes")
    answers = {
        "structured": {"3.5.9": yes, "4.3.0": yes},
        "structured:mode=realtime": {
            "3.5.9": Answer("no", "it begins with Spark 4.1, and this is Spark 3.5"),
            "4.0.1": Answer("no", "it begins with Spark 4.1, and this is Spark 4.0"),
            "4.3.0": Answer("fails", "something else"),
        },
    }
    lines = table(answers, ["3.5.9", "4.0.1", "4.3.0"]).splitlines()
    assert [cell.strip() for cell in lines[2].split("|")[2:-1]] == ["yes", "not tried", "yes"]
    assert [cell.strip() for cell in lines[3].split("|")[2:-1]] == ["no (1)", "no (1)", "fails (2)"]
    assert lines[5:] == ["1. it begins with Spark 4.1.", "2. something else."]
