"""What a user's file says of itself, and the sentence for what is wrong with it."""

from __future__ import annotations

import sys

import pytest

from bench.contract.jobs import Param
from bench.errors import UsageError
from bench.plan.own import OwnJob
from bench.runner.own_jobs import OwnJobs, ask, check_unchanged, digest_of, normalised
from tests.own_jobs.conftest import PAIR


def test_a_plain_pair(write):
    path = write()
    job = ask("mine", str(path))
    assert (job.name, job.info.title, job.info.group) == ("mine", "Long lines", "yours")
    assert job.engines == {"dstream": ("python",), "structured": ("jvm",)}
    assert (job.info.inputs, job.info.lines, job.info.params) == (1, "plain", ())
    assert not job.normalise
    assert job.sha256 == digest_of(str(path))
    assert "mine" not in sys.modules
    assert not any(name.startswith("sparkbench_own_job") for name in sys.modules)


def test_the_example_of_the_documentation(write, example):
    job = ask("card_totals", str(write(example, "card_totals.py")))
    assert job.info.lines == "payments"
    assert job.info.keys == 200
    assert job.info.params == (
        Param("least_cents", 500, "smaller payments are left out", minimum=0),
    )
    assert job.normalise
    rows = normalised(job, "dstream", [[["a", 1], ["b", 2]], [], [["a", 3]]])
    assert rows == [["a", 4], ["b", 2]]


def test_everything_that_can_be_declared(write):
    text = PAIR + (
        "INPUTS = 0\nLINES = 'events:late=0.1'\nKEYS = 5\nSTATEFUL = True\nNUMBERED = True\n"
        "PATHS = {'structured': ('python', 'jvm')}\nVERIFY = {'records': 10, 'after_s': 2}\n"
        "def build_dstream(*lines, params): pass\n"
        "def build_structured(first, second, *, params): pass\n"
        "class Params:\n    share: float = 1\n    mode: str = 'a'\n    on: bool = False\n"
    )
    job = ask("mine", str(write(text)))
    assert job.info.inputs == 0
    assert job.info.stateful
    assert job.info.numbered
    assert OwnJob.from_dict(job.to_dict()) == job
    assert job.info.paths == (("structured", "python"),)
    assert job.engines["structured"] == ("python", "jvm")
    assert [(param.name, param.default) for param in job.info.params] == [
        ("share", 1.0),
        ("mode", "a"),
        ("on", False),
    ]
    assert isinstance(job.info.params[0].default, float)
    assert job.verify == {"records": 10, "after_s": 2.0}


def test_what_a_module_prints_is_not_taken_for_its_answer(write):
    assert ask("mine", str(write("print('{}')\n" + PAIR))).engines


def test_one_side_alone(write):
    job = ask("mine", str(write("def build_dstream(lines, params): return lines\n")))
    assert list(job.engines) == ["dstream"]


PARAMS = "\n\nclass Params:\n"
BAD = {
    "syntax": ("def build_dstream(:\n", "mine.py, line 1: invalid syntax"),
    "indent": ("x = 1\n  y = 2\n", "mine.py, line 2: unexpected indent"),
    "import": (
        "import os\nimport no_such_thing\n",
        "mine.py, line 2, in <module>: ModuleNotFoundError: No module named 'no_such_thing'",
    ),
    "raises": (
        "def f():\n    return {}['k']\nf()\n",
        "mine.py, line 2, in f: KeyError: 'k'",
    ),
    "empty": (
        "",
        "mine.py: it has no function build_dstream(lines, params) or "
        "build_structured(lines, params)",
    ),
    "nearly": (
        "\n\ndef build_dstreem(lines, params):\n    pass\n",
        "did you mean build_dstreem in line 3?",
    ),
    "arguments": (
        PAIR.replace("def build_structured(lines, params)", "def build_structured(lines)"),
        "mine.py, line 8: build_structured does not take 1 stream of lines and params; "
        "write def build_structured(lines, params)",
    ),
    "inputs": (
        "INPUTS = 2\n" + PAIR,
        "mine.py, line 5: build_dstream does not take 2 streams of lines and params; "
        "write def build_dstream(lines_1, lines_2, params)",
    ),
    "no function": ("build_dstream = 3\n", "mine.py: build_dstream is no function"),
    "inputs text": ("INPUTS = 'two'\n" + PAIR, "mine.py: INPUTS is 'two'; give a whole number"),
    "stateful": ("STATEFUL = 1\n" + PAIR, "mine.py: STATEFUL is 1; give True or False"),
    "paths": ("PATHS = ('gpu',)\n" + PAIR, "mine.py: PATHS is ('gpu',); give some of python, jvm"),
    "lines": ("LINES = 'haiku'\n" + PAIR, "mine: LINES: "),
    "verify": ("VERIFY = {'speed': 1}\n" + PAIR, "VERIFY has 'speed', which means nothing"),
    "verify value": ("VERIFY = {'records': 'x'}\n" + PAIR, "VERIFY has records='x'; give a number"),
    "no default": (
        PAIR + PARAMS + "    size: int\n",
        "mine.py, line 12: Params.size has no default; give it one",
    ),
    "odd default": (
        PAIR + PARAMS + "    size: list = []\n",
        "mine.py, line 12: Params.size is [] by default; a parameter is a number",
    ),
    "params function": (PAIR + "\ndef Params(): pass\n", "mine.py: Params is no class"),
    "exits": ("import sys\nsys.exit(3)\n", "mine.py: its process ended without an answer"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_with_it_in_a_sentence(write, name):
    text, sentence = BAD[name]
    with pytest.raises(UsageError) as caught:
        ask("mine", str(write(text)))
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


def test_normalise_that_fails_names_its_line(write):
    job = ask("mine", str(write(PAIR + "\n\ndef normalise(engine, batches):\n    return 1 / 0\n")))
    with pytest.raises(UsageError, match=r"mine\.py, line 13, in normalise: ZeroDivisionError"):
        normalised(job, "dstream", [["a"]])


def test_a_module_that_never_ends_is_given_up(write, monkeypatch):
    monkeypatch.setattr("bench.runner.own_jobs.DESCRIBE_S", 1.0)
    with pytest.raises(UsageError, match=r"mine\.py: it did not answer within 1 s"):
        ask("mine", str(write("while True: pass\n")))


class TestFind:
    def test_a_path_and_afterwards_its_name(self, write):
        path, own = write(), OwnJobs()
        assert own.find("mine") is None
        found = own.find(str(path))
        assert found is not None
        assert own.find("mine") is found
        assert own.all() == (found,)

    def test_what_is_no_file(self, tmp_path):
        with pytest.raises(UsageError, match="there is no such file; check the path"):
            OwnJobs().find(str(tmp_path / "none.py"))
        with pytest.raises(UsageError, match=r"a job of yours is a file NAME\.py"):
            OwnJobs().find(str(tmp_path))

    def test_a_name_of_the_catalogue(self, write):
        with pytest.raises(UsageError, match="'echo' is a job of the catalogue; rename the file"):
            OwnJobs().find(str(write(name="echo.py")))

    def test_two_files_of_one_name(self, write, tmp_path):
        own = OwnJobs()
        own.find(str(write()))
        (tmp_path / "other").mkdir()
        with pytest.raises(UsageError, match="another job is called 'mine' too"):
            own.find(str(write(name="other/mine.py")))

    def test_beside_a_plan_file(self, write, tmp_path, monkeypatch):
        from bench.runner.plan_files import load_plan_file
        from bench.runner.surroundings import surroundings

        path = write()
        plan = tmp_path / "plan.toml"
        plan.write_text('[compare]\njob = "mine.py"\n')
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        around = surroundings()
        request, _text = load_plan_file(str(plan), around)
        made = request.plan(around)
        assert [job.reference for job in made.settings.own_jobs] == [str(path)]

    def test_a_changed_file_is_noticed(self, write):
        path = write()
        job = ask("mine", str(path))
        check_unchanged([job], "--resume x")
        write(PAIR + "# more\n")
        with pytest.raises(UsageError, match="--resume x: the job mine has changed"):
            check_unchanged([job], "--resume x")
