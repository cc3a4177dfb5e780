"""Help: instant, complete, true."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from bench.cli.app import COMMANDS
from bench.plan.arms import DEFAULT_ARMS
from bench.plan.axes import AXES
from bench.plan.spec import Settings
from bench.stats.launches import LOOKS
from bench.units import format_duration

NAMES = [name for commands in COMMANDS.values() for name in commands]

#: What help and version need not, and nobody should wait for.  (pydantic is missing: typer itself
#: loads it to read an option.)
HEAVY = {"numpy", "pandas", "matplotlib", "rich", "scipy", "pyspark", "psutil"}


def test_help_lists_every_command_under_its_group(sparkbench):
    answer = sparkbench("--help")
    assert answer.code == 0
    assert answer.err == ""
    for group, commands in COMMANDS.items():
        assert (f"{group}:" in answer.out) == bool(commands)
    for name in NAMES:
        (line,) = re.findall(rf"^  {name}  .*$", answer.out, re.MULTILINE)
        assert not line.endswith("...")


def test_without_a_command_the_help_is_shown(sparkbench):
    assert sparkbench() == sparkbench("--help")


@pytest.mark.parametrize("name", NAMES)
def test_every_command_has_an_example(sparkbench, name):
    answer = sparkbench(name, "--help")
    assert answer.code == 0
    assert "Example" in answer.out
    assert f"  sparkbench {name}" in answer.out


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["compare", "--help"]])
def test_help_loads_nothing_heavy(environ, arguments):
    code = (
        "import sys\n"
        "from bench.cli._main import run\n"
        f"code = run({arguments!r})\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)\n"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, env=environ, check=True
    )
    loaded = set(done.stderr.split())
    assert "typer" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_versions(sparkbench):
    from bench._version import __version__

    assert sparkbench("--version").out == f"sparkbench {__version__}\n"
    lines = sparkbench("version").out.splitlines()
    assert lines[0] == f"sparkbench {__version__}"
    assert [line.split()[0] for line in lines] == ["sparkbench", "pyspark", "python"]


def test_the_defaults_that_help_quotes_are_those_of_the_plan(sparkbench):
    text = " ".join(sparkbench("compare", "--help").out.split())
    settings = Settings()
    expected = {
        "--trigger": AXES["trigger"].default,
        "--rate": AXES["rate"].default,
        "--streams": AXES["streams"].default,
        "--job": AXES["job"].default,
        "--sink": AXES["sink"].default,
        "--rounds": f"{min(LOOKS)} to {max(LOOKS)}, until the verdicts are firm",
        "--warmup": format_duration(settings.warmup_s),
        "--duration": format_duration(settings.duration_s),
        "--payload-bytes": AXES["payload_bytes"].default,
        "--payload-spread": AXES["payload_spread"].default,
        "--keys": AXES["keys"].default,
        "--skew": AXES["skew"].default,
        "--equal": AXES["equal"].default,
    }
    for option, default in expected.items():
        (quoted,) = re.findall(rf"{option} [A-Z][^\[]*\[([^\]]*)\]", text)
        assert quoted == default, option
    assert f"[{' '.join(DEFAULT_ARMS)}]" in text


def test_the_list_of_commands_says_of_each_what_its_own_help_begins_with():
    from bench.cli.app import FUNCTIONS, _Commands, short_help

    built = _Commands()
    for name, function in FUNCTIONS.items():
        assert short_help(function) == built[name].get_short_help_str(65), name
