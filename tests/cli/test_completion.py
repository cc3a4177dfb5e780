"""Completion: what a shell gets for a word, through a real bash, and how it is set up."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from typing import Any

import pytest

from bench.cli import _completers as completers
from bench.cli._completion import SHELLS, glue, script
from bench.cli.app import FUNCTIONS, app
from bench.decision.evidence import KNOBS
from bench.plan.arms import parse_arm
from bench.plan.axes import AXES


@pytest.fixture
def press_tab(environ, folder, tmp_path):
    """What bash offers for the last word of a line; words as bash itself breaks them."""
    program = tmp_path / "bin" / "sparkbench"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -P -m bench.cli "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"

    def press(*words):
        listed = " ".join(shlex.quote(word) for word in ("sparkbench", *words))
        lines = [
            script("bash"),
            f"COMP_WORDS=({listed})",
            f"COMP_CWORD={len(words)}",
            "_sparkbench_completion sparkbench",
            'printf "%s\\n" "${COMPREPLY[@]}"',
        ]
        done = subprocess.run(
            ["bash", "--norc", "-c", "\n".join(lines)],
            capture_output=True,
            text=True,
            cwd=folder,
            env={**environ, "PATH": path},
            timeout=60,
            check=True,
        )
        assert done.stderr == ""
        return done.stdout.split()

    return press


def test_commands_and_options(press_tab):
    assert press_tab("comp") == ["compare", "completion"]
    assert press_tab("compare", "--payload-b") == ["--payload-bytes"]


def test_arms_and_their_keys(press_tab):
    assert press_tab("compare", "d") == ["dstream"]
    assert press_tab("compare", "structured", ":", "guar") == [
        "guarantee=none",
        "guarantee=recoverable",
    ]
    assert press_tab("run", "dstream", ":", "path", "=") == ["python", "jvm"]
    offered = press_tab("compare", "dstream", ":", "path", "=", "jvm,")
    assert not any("path=" in word for word in offered), "no key twice"


def test_values(press_tab):
    assert press_tab("compare", "--sink", "dr") == ["drain"]
    assert "echo" in press_tab("verify", "--job", "")
    assert press_tab("diff", "a", "b", "--fail-on", "") == ["none", "slower"]
    assert press_tab("assess", "src", "--fail-on", "none,b") == ["none,broken"]
    assert press_tab("assess", "src", "--format", "s") == ["sarif"]


def test_runs(press_tab, folder):
    for name in ("2026-11-22-1", "2026-11-22-2"):
        (folder / "runs" / name).mkdir(parents=True)
        (folder / "runs" / name / "run.json").write_text("{}")
    (folder / "runs" / "no-run").mkdir()
    assert press_tab("show", "") == ["last", "2026-11-22-2", "2026-11-22-1"]
    assert press_tab("decide", "runs/2026-11-22-2") == ["runs/2026-11-22-2"]
    assert press_tab("compare", "--resume", "la") == ["last"]


@pytest.mark.parametrize(
    ("words", "glued", "kept"),
    [
        (["compare", "dstream", ":", "pa"], "dstream:pa", "dstream:"),
        (["compare", "dstream", ":", "path", "=", "j"], "dstream:path=j", "dstream:path="),
        (["compare", "dstream", ":"], "dstream:", "dstream:"),
        (["compare", "dstream", ":", "path", "=", ""], "dstream:path=", "dstream:path="),
        (["compare", "--filter", "arm", "=", "d"], "arm=d", "arm="),
        (["compare", "dstr"], "dstr", ""),
        (["comp"], "comp", ""),
        (["compare", ""], "", ""),
    ],
)
def test_what_bash_broke_is_one_word_again(words, glued, kept):
    environ = {"COMP_WORDS": "\n".join(["sparkbench", *words]), "COMP_CWORD": str(len(words))}
    assert glue(environ) == kept
    assert environ["COMP_WORDS"].split("\n")[-1] == glued
    assert environ["COMP_CWORD"] == str(environ["COMP_WORDS"].count("\n"))


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_get_whole_words(sparkbench, shell):
    answer = sparkbench(
        _SPARKBENCH_COMPLETE=f"complete_{shell}",
        _TYPER_COMPLETE_ARGS="sparkbench compare dstream:pat",
        _TYPER_COMPLETE_FISH_ACTION="get-args",
    )
    assert "path=jvm" in answer.out
    assert answer.err == ""


@pytest.mark.parametrize("shell", SHELLS)
def test_scripts(sparkbench, shell):
    answer = sparkbench("completion", shell)
    assert answer.code == 0
    assert "_SPARKBENCH_COMPLETE" in answer.out
    if shutil.which(shell) and shell in ("bash", "zsh"):
        subprocess.run([shell, "-n"], input=answer.out, text=True, check=True)


def test_installing_writes_where_the_shell_reads(sparkbench, folder):
    answer = sparkbench("completion", "bash", "--install", HOME=str(folder))
    assert answer.code == 0
    path = folder / ".bash_completions" / "sparkbench.sh"
    assert str(path) in answer.out
    assert "_sparkbench_completion" in path.read_text()
    assert str(path) in (folder / ".bashrc").read_text()


def test_what_cannot_be_installed_is_said_in_a_sentence(sparkbench, folder):
    (folder / ".config").write_text("a file where a folder belongs")
    answer = sparkbench("completion", "fish", "--install", HOME=str(folder))
    assert answer.code == 3
    assert "completion cannot be installed" in answer.err
    assert answer.err.count("\n") == 1


def test_an_unknown_shell_is_refused(sparkbench):
    answer = sparkbench("completion", "tcsh")
    assert answer.code == 2
    assert "unknown shell 'tcsh'" in answer.err


def test_every_completer_belongs_to_an_option_or_argument():
    """No name in the tables that no command has."""
    import typer.main

    group: Any = typer.main.get_command(app)
    params = [param for command in group.commands.values() for param in command.params]
    options = {option for param in params for option in param.opts}
    metavars = {(param.metavar or "").strip("[]") for param in params}
    assert set(completers.OPTIONS) <= options
    assert set(completers.ARGUMENTS) <= metavars
    assert len(FUNCTIONS) > 10


def test_what_is_offered_is_what_the_plan_takes():
    from bench.plan.axes import Surroundings

    around = Surroundings(8)
    for arm in completers.arms("dstream:"):
        if "job=" not in arm:
            parse_arm(arm, around)
    for name, axis in AXES.items():
        for value in completers._values(name):
            if name != "job" and value != "4":
                axis.read(value, around)


def test_the_settings_of_decide_are_those_of_decisions():
    keys = {AXES[name].key for name in completers.SETTINGS}
    assert keys == KNOBS & {axis.key for axis in AXES.values()}
