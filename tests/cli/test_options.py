"""All commands together: each has its group and example, and the same name has the same words."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import pytest
import typer.main

from bench.cli import _completers as completers
from bench.cli.app import COMMANDS, app
from bench.plan.axes import AXES

#: Where a name means another thing, to the people who use that command.
OTHERWISE = {
    # How long to send, where nothing is measured.
    ("--duration", "send"),
    # There is nothing to resume.
    ("--force", "diff"),
    # Each lists the formats it has.
    ("--format", "decide"),
    ("--format", "diff"),
    ("--format", "export"),
}


def commands():
    group: Any = typer.main.get_command(app)
    return group.commands


@pytest.mark.parametrize("name", [name for names in COMMANDS.values() for name in names])
def test_a_command_has_a_group_a_short_help_and_an_example(name):
    command = commands()[name]
    assert sum(name in names for names in COMMANDS.values()) == 1
    first, *_rest = command.help.split("\n")
    assert first.endswith((".", "?"))
    assert "\b\nExample" in command.help
    examples = re.findall(r"^  (sparkbench .*)$", command.help, re.MULTILINE)
    assert any(line.split()[1] == name for line in examples)


def test_every_command_is_in_a_group():
    assert set(commands()) == {name for names in COMMANDS.values() for name in names}


def test_options_of_the_same_name_have_the_same_words():
    """The same name takes the same kind of value, and its help begins with the same word."""
    kinds = defaultdict(lambda: defaultdict(list))
    for name, command in commands().items():
        for param in command.params:
            option = param.opts[0]
            if option.startswith("--") and (option, name) not in OTHERWISE:
                kinds[option, param.metavar][_first_word(param.help)].append(name)
    different = {place: dict(words) for place, words in kinds.items() if len(words) > 1}
    assert different == {}


def test_every_option_says_what_it_is():
    for name, command in commands().items():
        for param in command.params:
            if param.opts[0].startswith("--"):
                assert param.help, f"{name} {param.opts[0]}"
                assert param.help.endswith((".", "?", "...", "]")), f"{name} {param.opts[0]}"
            else:
                assert param.help, f"{name} {param.name}"


def test_compare_says_which_options_are_repeated():
    (said,) = re.findall(
        r"separated by\s+commas; (.*?) are repeated", commands()["compare"].help, re.S
    )
    whole = {f"--{axis.name}" for axis in AXES.values() if not axis.split}
    assert set(re.findall(r"--[a-z]+", said)) == whole | {"--param", "--conf"}


def test_lists_are_completed_where_they_are_taken():
    for name, axis in AXES.items():
        option = "--" + name.replace("_", "-")
        if name != "job":
            offered = completers.OPTIONS[option]("of,")
            assert all(text.startswith("of,") == axis.split for text in offered), option


@pytest.mark.parametrize("name", [name for names in COMMANDS.values() for name in names])
def test_examples_name_options_that_exist(name):
    for line in re.findall(r"^ +(sparkbench .*(?:\\\n.*)*)$", commands()[name].help, re.MULTILINE):
        known = {option for param in commands()[line.split()[1]].params for option in param.opts}
        used = set(re.findall(r" (--[a-z][a-z0-9-]*)", line.partition(">>")[0]))
        assert used <= known, line


def _first_word(text):
    return re.split(r"[\s,:;.]", text)[0]
