"""compare: exit codes, what is printed where, what is kept; trials are stand-ins."""

from __future__ import annotations

import json

import pytest

from bench.cli._main import run
from bench.errors import EnvironmentProblem
from bench.results.store import RunStore
from tests.made_results import make_result


@pytest.fixture
def compare(monkeypatch, tmp_path, capfd):
    """Run ``sparkbench compare null`` with trials that end as a table by number says."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def go(*arguments, table=None):
        def trial(spec, settings, *, workdir, on_event):
            end = (table or {}).get(spec.number, "saturated")
            if isinstance(end, BaseException):
                raise end
            return make_result(spec, end, ["a stand-in"])

        monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: trial)
        command = ["compare", "null", "--out", "run", "--rounds", "2", "--cores", "1", *arguments]
        code = run(command)
        printed = capfd.readouterr()
        return code, printed.out, printed.err, RunStore.open(tmp_path / "run")

    return go


def test_a_run_ends_with_its_table_and_its_report(compare):
    code, out, err, store = compare()
    assert code == 0
    assert "null" in out
    assert "run" in out
    assert "[1/2] null" in err
    assert "[2/2] saturated" in err
    assert (store.report_dir / "report.md").is_file()
    (line,) = [line for line in out.splitlines() if line.startswith("Report: ")]
    assert (store.path.parent / line.removeprefix("Report: ")).is_file()
    assert len(store.read_trials()[0]) == 2


def test_json_is_all_there_is_on_standard_output(compare):
    code, out, _err, store = compare("--json", "-", "--quiet")
    assert code == 0
    data = json.loads(out)
    assert data["run"]["plan_hash"] == store.info.plan_hash
    assert [trial["trial"]["number"] for trial in data["trials"]] == [1, 2]


def test_quiet_is_quiet(compare):
    _code, out, err, _store = compare("--quiet")
    assert err == ""
    assert out != ""


@pytest.mark.parametrize(
    ("table", "code", "kept"),
    [
        ({1: "unsettled"}, 0, 2),
        ({1: "unsupported"}, 0, 1),
        # One spoiled round is replaced, a machine or an arm that spoils all of them is told.
        ({1: "failed"}, 0, 3),
        ({2: "invalid"}, 0, 3),
        ({number: "failed" for number in range(1, 9)}, 4, 3),
        ({number: "invalid" for number in range(1, 9)}, 4, 6),
        ({2: EnvironmentProblem("the disk is full")}, 3, 1),
        ({1: "failed", 2: EnvironmentProblem("the disk is full")}, 3, 1),
        ({1: "failed", 2: KeyboardInterrupt()}, 130, 1),
        ({1: KeyboardInterrupt()}, 130, 0),
    ],
)
def test_what_finished_is_kept_and_reported_whatever_the_code(compare, table, code, kept):
    got, out, err, store = compare(table=table)
    assert got == code
    assert len(store.read_trials()[0]) == kept
    assert out != ""
    ended = {
        0: "Results: run",
        3: "--resume run",
        4: "Next: sparkbench show run",
        130: "--resume run",
    }
    assert ended[code] in out
    assert ("sparkbench: the disk is full" in err) == (code == 3)


def test_a_run_can_be_typed_again(compare, monkeypatch):
    monkeypatch.setattr("sys.argv", ["sparkbench", "compare", "null", "--conf", "a=b c"])
    _code, _out, _err, store = compare()
    assert store.info.command == "sparkbench compare null --conf 'a=b c'"
