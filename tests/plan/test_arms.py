"""Arms: what parses comes back in one spelling, what does not says why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import ENGINE_MODULES
from bench.errors import UsageError
from bench.plan.arms import (
    CHOICES,
    DEFAULT_PATHS,
    again,
    batch_s,
    choice,
    copy_of,
    identity,
    parse_arm,
    pins,
)
from bench.plan.axes import Surroundings

AROUND = Surroundings(cores=8, jobs=("echo", "count"), runtimes={"old": "/usr/bin/python3"})

PINS = {
    "trigger": st.integers(0, 10**7).map(lambda ms: f"{ms}ms"),
    "cores": st.one_of(st.integers(1, 8).map(str), st.just("*")),
    "rate": st.one_of(st.integers(1, 10**6).map(str), st.just("10k")),
    "arrivals": st.sampled_from(["constant", "poisson"]),
    "job": st.sampled_from(AROUND.jobs),
    "sink": st.sampled_from(["drain", "console"]),
    "conf.spark.locality.wait": st.sampled_from(["0", "3s", "a=b"]),
}
KEYS = {key: st.sampled_from(known) for key, known in CHOICES.items() if known} | PINS


@st.composite
def arm_texts(draw):
    engine = draw(st.sampled_from(sorted(ENGINE_MODULES)))
    keys = draw(st.lists(st.sampled_from(sorted(KEYS)), unique=True))
    items = [f"{key}={draw(KEYS[key])}" for key in keys]
    return f"{engine}:{','.join(items)}" if items else engine


@given(arm_texts())
def test_the_normal_spelling_parses_to_the_same_arm(text):
    arm = parse_arm(text, AROUND)
    assert parse_arm(str(arm), AROUND) == arm
    assert parse_arm(str(arm)) == arm


@given(arm_texts(), st.randoms())
def test_the_order_of_keys_does_not_matter(text, random):
    engine, _, rest = text.partition(":")
    items = rest.split(",") if rest else []
    random.shuffle(items)
    assert parse_arm(f"{engine}:{','.join(items)}" if items else engine, AROUND) == parse_arm(
        text, AROUND
    )


@given(st.text(max_size=40))
def test_any_text_is_an_arm_or_a_usage_error(text):
    try:
        arm = parse_arm(text, AROUND)
    except UsageError:
        pass
    else:
        assert parse_arm(arm.text, AROUND) == arm


def test_every_engine_has_a_default_path():
    assert set(DEFAULT_PATHS) == set(ENGINE_MODULES)
    assert choice(parse_arm("dstream"), "path") == "python"
    assert choice(parse_arm("structured"), "path") == "jvm"
    assert choice(parse_arm("dstream:path=jvm"), "path") == "jvm"


def test_pins_are_values_by_cell_key():
    arm = parse_arm("structured:conf.a.b=x=y,rate=10k,cores=*,trigger=500ms", AROUND)
    assert arm.text == "structured:trigger=500ms,cores=8,rate=10000,conf.a.b=x=y"
    assert pins(arm) == {"trigger_s": 0.5, "cores": 8, "rate_per_s": 10000.0, "conf.a.b": "x=y"}


def test_an_arm_can_name_its_spark_or_its_interpreter():
    assert parse_arm("dstream:path=jvm,spark=3.5.9", AROUND).text == "dstream:path=jvm,spark=3.5.9"
    names = [
        identity(parse_arm(text, AROUND))
        for text in ("dstream", "dstream:spark=3.5.9", "dstream:spark=3.5.8", "dstream:runtime=old")
    ]
    assert len(set(names)) == len(names)


def test_a_copy_is_told_apart_by_its_number():
    arm = parse_arm("dstream:path=jvm")
    assert again(arm, 2).text == "dstream:path=jvm#2"
    assert (copy_of(arm), copy_of(again(arm, 2))) == ("", "2")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("strucured", ["unknown engine 'strucured'", "dstream, structured", "mean 'structured'"]),
        ("", ["unknown engine ''"]),
        ("dstream:", ["nothing after the colon"]),
        ("dstream:path", ["'path' is not key=value"]),
        ("dstream:path=", ["'path=' is not key=value"]),
        ("dstream:pth=jvm", ["unknown key 'pth'", "mean 'path'"]),
        ("dstream:path=jv", ["unknown path 'jv'", "mean 'jvm'"]),
        ("dstream:path=jvm,path=python", ["'path' is given twice"]),
        ("dstream:spark=3.5", ["'3.5' is no version of Spark", "like 3.5.9"]),
        ("dstream:spark=2.4.8", ["Spark 2.4 is not known", "3.5, 4.0"]),
        ("null:spark=3.5.9", ["runs no Spark"]),
        ("dstream:runtime=new", ["no runtime 'new'", "--runtime new=/path/to/python"]),
        ("dstream:runtime=a b", ["'a b' is no name"]),
        ("dstream:spark=3.5.9,runtime=old", ["both choose a Spark"]),
        ("dstream:trigger=fast", ["'fast' is not a duration"]),
        ("dstream:cores=0", ["'0' is too small"]),
        ("dstream:cores=9", ["more than the 8"]),
        ("dstream:job=ecko", ["unknown job 'ecko'", "mean 'echo'"]),
        ("dstream:conf.=1", ["unknown key 'conf.'"]),
    ],
)
def test_what_is_no_arm_is_told_in_one_sentence(text, words):
    with pytest.raises(UsageError) as caught:
        parse_arm(text, AROUND)
    message = str(caught.value)
    assert message.startswith(f"arm '{text}'")
    assert "\n" not in message
    assert all(word in message for word in words), message


def test_real_time_mode_reads_the_native_source_in_batches_of_its_own():
    arm = parse_arm("structured:mode=realtime")
    assert (choice(arm, "source"), choice(arm, "batch"), batch_s(arm)) == ("native", "5s", 5.0)
    assert arm.text == "structured:mode=realtime"
    longer = parse_arm("structured:batch=0.5m,mode=realtime")
    assert (longer.text, batch_s(longer)) == ("structured:mode=realtime,batch=30s", 30.0)
    assert identity(parse_arm("structured:mode=realtime,source=native,batch=5s")) == identity(arm)
    assert identity(longer) != identity(arm)
    assert batch_s(parse_arm("structured")) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("structured:batch=5s", "add mode=realtime"),
        ("structured:mode=realtime,batch=5", "is not a duration"),
        ("structured:mode=realtime,batch=0s", "takes some time; write 5s"),
    ],
)
def test_a_batch_is_of_real_time_mode_and_takes_time(text, words):
    with pytest.raises(UsageError, match=words):
        parse_arm(text)
