"""Axes: lists, single values, settings of Spark."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.load.content.payload import MAX_STREAMS as LOAD_MAX_STREAMS
from bench.plan.axes import (
    AXES,
    MAX_STREAMS,
    Surroundings,
    axis_keyed,
    axis_named,
    read_conf,
    read_values,
)

AROUND = Surroundings(cores=4, jobs=("echo",))


def read(name, *texts):
    return read_values(AXES[name], texts, AROUND, f"--{name}")


def test_lists_are_split_and_repeats_dropped():
    assert read("trigger", "500ms,1s", "1000ms") == (0.5, 1.0)
    assert read("cores", "1, 2,*,4") == (1, 2, 4)
    assert read("rate", "1000,10k") == (1000.0, 10000.0)


def test_values_with_an_inner_syntax_are_not_split():
    assert read("arrivals", "burst:factor=10,at=10s,for=2s", "poisson") == (
        "burst:factor=10,at=10s,for=2s",
        "poisson",
    )


@given(st.integers(0, 10**8))
def test_triggers_come_back_from_their_spelling(milliseconds):
    axis = AXES["trigger"]
    value = axis.read(f"{milliseconds}ms", None)
    assert axis.read(axis.write(value), None) == value


@given(st.floats(1e-6, 1e8))
def test_rates_come_back_from_their_spelling(number):
    axis = AXES["rate"]
    rate = axis.read(repr(number), None)
    assert axis.read(axis.write(rate), None) == rate


@pytest.mark.parametrize("name", sorted(AXES))
def test_every_default_is_a_value_of_its_axis(name):
    axis = AXES[name]
    (value,) = read(name, axis.default)
    assert axis.read(axis.write(value), AROUND) == value
    assert axis_keyed(axis.key) is axis


def test_the_load_can_send_as_many_streams_as_a_plan_allows():
    assert MAX_STREAMS <= LOAD_MAX_STREAMS


def test_conf_keys_make_axes():
    assert read_conf(["a.b=1", "c=x,y", "a.b=2", "a.b=1", "d="], "--conf") == {
        "conf.a.b": ("1", "2"),
        "conf.c": ("x,y",),
        "conf.d": ("",),
    }
    assert axis_named("conf.a.b") is not None
    assert axis_named("conf.") is None


@pytest.mark.parametrize("text", ["a", "=1", "a b=1", " =1"])
def test_conf_that_is_no_setting_is_refused(text):
    with pytest.raises(UsageError, match=r"^--conf: .*is not KEY=VALUE"):
        read_conf([text], "--conf")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("trigger", "x", "'x' is not a duration"),
        ("trigger", "-1s", "is negative"),
        ("trigger", "0.5ms", "whole number of milliseconds"),
        ("trigger", "1s,", "empty item"),
        ("trigger", "", "empty item"),
        ("cores", "0", "'0' is too small"),
        ("cores", "-1", "is not a count"),
        ("cores", "1.5", "not a whole number"),
        ("cores", "5", "more than the 4 this machine has"),
        ("rate", "0", "above 0"),
        ("rate", "-3", "is not a rate"),
        ("rate", "fast", "is not a rate"),
        ("rate", "nan", "is not a rate"),
        ("rate", "1e12", "at most"),
        ("arrivals", "posson", "there is no shape 'posson'"),
        ("streams", "17", "more than a trial can drive"),
        ("job", "ech", "did you mean 'echo'"),
        ("sink", "consle", "did you mean 'console'"),
    ],
)
def test_what_is_no_value_is_told_where_and_why(name, text, words):
    with pytest.raises(UsageError) as caught:
        read(name, text)
    assert str(caught.value).startswith(f"--{name}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)
