"""Plan files: what the command line takes, and errors that name the place."""

from __future__ import annotations

import contextlib
import inspect
import json
import tomllib

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.cli._options import measuring
from bench.cli.commands.compare import compare
from bench.errors import UsageError
from bench.plan.axes import AXES, Surroundings
from bench.plan.build import build_plan
from bench.plan.file import keys, plan_schema, read_plan_file
from bench.plan.options import SETTINGS
from bench.plan.request import Request
from bench.results.schema_files import PLAN_SCHEMA, SCHEMAS_DIR
from bench.runner.plan_files import load_plan_file, named_plans

AROUND = Surroundings(cores=2, jobs=("echo", "count"))

EXAMPLE = """
[compare]
arms = ["dstream:path=jvm", "structured"]
trigger = ["500ms", "1s"]
cores = [1, 2]
rate = "1000,10k"
arrivals = ["constant", "burst:factor=10,at=15s,for=2s"]
skew = 0.5
keys = 100
rounds = 6
warmup = "8s"
seed = 7
metric = "e2e_p50"

[compare.conf]
spark.sql.shuffle.partitions = [2, 200]
"spark.ui.enabled" = false
"""


def read(text, name="plan.toml"):
    return read_plan_file(text, name, AROUND)


def test_a_file_means_what_the_options_mean():
    assert read(EXAMPLE).plan(AROUND) == build_plan(
        ["dstream:path=jvm", "structured"],
        around=AROUND,
        axes={
            "trigger": ["500ms,1s"],
            "cores": ["1,2"],
            "rate": ["1000,10k"],
            "arrivals": ["constant", "burst:factor=10,at=15s,for=2s"],
            "skew": ["0.5"],
            "keys": ["100"],
        },
        conf=[
            "spark.sql.shuffle.partitions=2",
            "spark.sql.shuffle.partitions=200",
            "spark.ui.enabled=false",
        ],
        rounds="6",
        warmup="8s",
        seed="7",
        metric="e2e_p50",
    )


def test_a_file_can_name_interpreters_for_its_arms():
    text = '[compare]\narms = ["null", "null:runtime=old"]\n[compare.runtime]\nold = "x/python"\n'
    request = read_plan_file(text, "plan.toml", AROUND)
    assert request.runtimes == {"old": "x/python"}
    assert request.plan(AROUND).settings.runtimes == (("old", "x/python"),)
    wrong = text.replace("old =", '"o d" =')
    with pytest.raises(UsageError, match=r"plan\.toml: compare\.runtime: 'o d' is no name"):
        read_plan_file(wrong, "plan.toml", AROUND)
    with pytest.raises(UsageError, match=r"write \[compare\.runtime\] and NAME = PATH"):
        read_plan_file("[compare]\nruntime = 3\n", "plan.toml", AROUND)


def test_everything_of_a_plan_that_the_command_line_takes_is_a_key():
    # ``modes`` is a plan file by its name.
    about_this_call = {"plan_file", "modes", "plan_schema", "resume"}
    about_this_call |= {"force", "wait", "out", "json", "jars"}
    taken = set(inspect.signature(measuring(compare)).parameters)
    options = taken - about_this_call - {"dry_run", "quiet"}
    assert {name if name != "filters" else "filter" for name in options} == set(keys())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[compare]\ncores = [1, 0]", "plan.toml: compare.cores[1]: a number of cores: '0' is too"),
        ("[compare]\ncores = 3", "plan.toml: compare.cores: 3 cores are more than the 2"),
        ("[compare]\ntrigger = [1]", "plan.toml: compare.trigger[0]: '1' is not a duration"),
        ("[compare]\ntrigger = '1s,,2s'", "plan.toml: compare.trigger: '1s,,2s' has an empty item"),
        ("[compare]\narms = ['null', 'dstrem']", "plan.toml: compare.arms[1]: arm 'dstrem': unkn"),
        ("[compare]\narms = ['null', 'null']", "plan.toml: arm 'null' is the same contender"),
        ("[compare]\nrounds = 0", "plan.toml: compare.rounds: '0' is too small"),
        ("[compare]\nrounds = [1]", "plan.toml: compare.rounds: a list is no value here"),
        ("[compare]\nrounds = nan", "plan.toml: compare.rounds: nan is no value here"),
        ("[compare]\nseed = 2020-01-01", "plan.toml: compare.seed: 2020-01-01 is no value here"),
        ("[compare]\nquick = 1", "plan.toml: compare.quick: 1 is neither true nor false"),
        ("[compare]\nconf = ['a=1']", "plan.toml: compare.conf: not a table; write [compare.conf]"),
        ("[compare]\nuntil = 5", "plan.toml: compare.until: '5' is not a share in percent"),
        ("[compare]\nuntil='5%'\nrounds=9", "plan.toml: compare.rounds: plan.toml: compare.until"),
        ("[compare]\nbudget = '1m'", "plan.toml: compare.budget: a budget ends a run with --until"),
        ("[compare]\nmetric = 'p99'", "plan.toml: compare.metric: unknown metric 'p99'"),
        ("[compare]\nfilter = 'trigger=9s'", "plan.toml: compare.filter: no cell has trigger 9s"),
        ("[compare]\ntriger = '1s'", "plan.toml: compare: unknown key 'triger' (known: arms, "),
        ("[comparison]\n", "plan.toml: unknown table 'comparison' (known: compare); did you mean"),
        ("", "plan.toml: there is no table [compare]; begin"),
        ("compare = 1", "plan.toml: there is no table [compare]; begin"),
        ("[compare]\ncores = ", "plan.toml: not TOML: invalid value"),
    ],
)
def test_an_error_begins_with_its_place(text, words):
    with pytest.raises(UsageError) as caught:
        read(text).plan(AROUND)
    assert str(caught.value).startswith(words)
    assert "\n" not in str(caught.value)


def test_what_is_misspelled_is_guessed():
    with pytest.raises(UsageError, match="did you mean 'trigger'"):
        read("[compare]\ntriger = '1s'")


def test_options_win_over_the_file():
    file = read(EXAMPLE)
    options = Request(
        arms=("null",),
        axes={"trigger": ["2s"]},
        conf=("spark.ui.enabled=true",),
        settings={"seed": "8"},
    )
    plan = options.over(file).plan(AROUND)
    assert [arm.text for arm in plan.arms] == ["null"]
    assert plan.axes["trigger_s"] == (2.0,)
    assert plan.axes["rate_per_s"] == (1000.0, 10_000.0)
    assert plan.axes["conf.spark.ui.enabled"] == ("true",)
    assert plan.axes["conf.spark.sql.shuffle.partitions"] == ("2", "200")
    assert (plan.settings.seed, plan.settings.rounds) == (8, 6)


def test_rounds_and_until_win_over_each_other():
    options = Request(settings={"until": "5%"})
    plan = options.over(read("[compare]\nrounds = 9")).plan(AROUND)
    assert (plan.settings.until, plan.settings.rounds) == (0.05, 6)
    options = Request(settings={"rounds": "9"})
    plan = options.over(read("[compare]\nuntil = '5%'\nbudget = '1m'")).plan(AROUND)
    assert (plan.settings.until, plan.settings.budget_s, plan.settings.rounds) == (None, None, 9)


def test_the_place_of_a_wrong_value_is_where_it_was_written():
    file = read("[compare]\nrounds = 9")
    for options, place in [
        (Request(settings={"rounds": "0"}), "--rounds: "),
        (Request(axes={"trigger": ["x"]}), "--trigger: "),
        (Request(conf=("x",)), "--conf: "),
    ]:
        with pytest.raises(UsageError) as caught:
            options.over(file).plan(AROUND)
        assert str(caught.value).startswith(place)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_sentence(text):
    for attempt in (text, f"[compare]\n{text}", f"[compare]\ntrigger = {text}"):
        # Anything else that is raised fails the test.
        with contextlib.suppress(UsageError):
            read(attempt).plan(AROUND)


def test_the_schema_is_the_committed_one_and_takes_the_example():
    committed = json.loads((SCHEMAS_DIR / PLAN_SCHEMA).read_text(encoding="utf-8"))
    assert committed == plan_schema(), "run: python -m bench.results.schema_files"
    jsonschema.Draft202012Validator.check_schema(committed)
    jsonschema.validate(tomllib.loads(EXAMPLE), committed)
    assert set(committed["properties"]["compare"]["properties"]) == set(keys())
    assert set(keys()) == {"arms", "conf", "param", "quick", "filter", "runtime", *AXES, *SETTINGS}


@pytest.mark.parametrize(
    "wrong",
    ["triger = '1s'", "quick = 1", "metric = 'p99'", "until = '5'", "trigger = []", "conf = 1"],
)
def test_the_schema_refuses_what_is_refused(wrong):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(tomllib.loads(f"[compare]\n{wrong}"), plan_schema())


def test_a_plan_that_ships_is_read_by_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    around = Surroundings(2)
    assert named_plans() == ("modes",)
    request, text = load_plan_file("modes", around)
    assert len(request.plan(around).arms) == 6
    assert "How low can latency go" in text
    (tmp_path / "modes").write_text("[compare]\narms = ['null']\n")
    request, _text = load_plan_file("modes", around)
    assert request.arms == ("null",)
    with pytest.raises(UsageError, match=r"or name a plan that ships: modes"):
        load_plan_file("moods", around)
