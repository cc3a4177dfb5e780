"""Finding a Java; with small scripts in its place, so that every case can be had."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import EnvironmentProblem
from bench.runtime import java as java_module
from bench.runtime import trimmed
from bench.runtime.java import find_java, java_environment, suitable
from bench.runtime.probe import VECTOR, parse, probe

REPOSITORY = Path(__file__).parents[2]


def make_java(home: Path, version: str, *, vector: bool = True, java_home: Path | None = None):
    """A program at ``home/bin/java`` that answers as Java ``version`` does."""
    program = home / "bin" / "java"
    program.parent.mkdir(parents=True)
    refuse = "" if vector else f'for a; do [ "$a" = {VECTOR} ] && exit 1; done\n'
    program.write_text(
        f"#!/bin/sh\n{refuse}"
        f"echo {shlex.quote(f'    java.home = {java_home or home}')} >&2\n"
        f"echo 'openjdk version \"{version}\" 2025-01-01' >&2\n"
        'for a; do printf "[%s]" "$a"; done\n'
    )
    program.chmod(0o755)
    return home


def find(environ, **options):
    options = {"places": [], "packaged": False, **options}
    return find_java({"PATH": "", **environ}, **options)


def test_the_order(tmp_path):
    homes = {
        name: make_java(tmp_path / name, "17.0.1") for name in ("own", "home", "path", "place")
    }
    environ = {
        "SPARKBENCH_JAVA_HOME": str(homes["own"]),
        "JAVA_HOME": str(homes["home"]),
        "PATH": str(homes["path"] / "bin"),
    }
    for source, name in (
        ("SPARKBENCH_JAVA_HOME", "own"),
        ("JAVA_HOME", "home"),
        ("PATH", "path"),
        ("found", "place"),
    ):
        choice = find(environ, places=[homes["place"]])
        assert (choice.source, choice.home) == (source, homes[name])
        environ.pop(source, None) if source != "PATH" else environ.update(PATH="")


def test_a_java_on_the_path_tells_its_home_itself(tmp_path):
    real = make_java(tmp_path / "real", "21.0.2")
    shim = make_java(tmp_path / "shim", "21.0.2", java_home=real)
    assert find({"PATH": str(shim / "bin")}).home == real


def test_an_unsuitable_one_is_passed_over(tmp_path):
    old = make_java(tmp_path / "old", "11.0.2")
    good = make_java(tmp_path / "good", "21.0.2")
    choice = find({"JAVA_HOME": str(old)}, places=[good])
    assert (choice.major, choice.version, choice.home) == (21, "21.0.2", good)


def test_none_at_all_says_what_was_seen_and_what_to_install(tmp_path):
    old = make_java(tmp_path / "old", "1.8.0_392")
    with pytest.raises(EnvironmentProblem, match=r"is Java 8\); install Java 17 to 25.*\[java\]"):
        find({"JAVA_HOME": str(old)})
    with pytest.raises(EnvironmentProblem, match=r"does not start"):
        find({"JAVA_HOME": str(tmp_path / "absent")})


def test_the_users_own_choice_is_not_passed_over(tmp_path):
    old = make_java(tmp_path / "old", "11.0.2")
    good = make_java(tmp_path / "good", "17.0.2")
    with pytest.raises(EnvironmentProblem, match=r"SPARKBENCH_JAVA_HOME: .* is Java 11"):
        find({"SPARKBENCH_JAVA_HOME": str(old), "JAVA_HOME": str(good)})


def test_one_without_the_vector_module_gets_a_home_that_drops_the_argument(tmp_path):
    real = make_java(tmp_path / "it's here", "21.0.2", vector=False)
    choice = find({"JAVA_HOME": str(real)})
    assert choice.home != real
    assert choice.version == "21.0.2"
    arguments = [VECTOR, "-Da=b c", "", "*", VECTOR, "-version"]
    done = subprocess.run(
        [choice.home / "bin" / "java", *arguments], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[-Da=b c][][*][-version]"


def test_the_home_is_made_again_when_damaged_and_anew_when_java_moved(tmp_path):
    first = trimmed.home(make_java(tmp_path / "a", "21.0.2") / "bin" / "java")
    program = first / "bin" / "java"
    whole = program.read_text()
    program.write_text("#!/bin/sh\n")
    assert trimmed.home(tmp_path / "a" / "bin" / "java") == first
    assert program.read_text() == whole
    program.chmod(0o644)
    trimmed.home(tmp_path / "a" / "bin" / "java")
    assert os.access(program, os.X_OK)
    assert trimmed.home(tmp_path / "b" / "bin" / "java") != first


def test_many_processes_may_make_it_at_once(tmp_path):
    real = make_java(tmp_path / "java", "21.0.2") / "bin" / "java"
    program = (
        "import sys; from pathlib import Path; from bench.runtime import trimmed;"
        "sys.stdin.read(); print(trimmed.home(Path(sys.argv[1])))"
    )
    environ = {**os.environ, "SPARKBENCH_CACHE": str(tmp_path / "cache")}
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(real)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environ,
            cwd=REPOSITORY,
        )
        for _ in range(4)
    ]
    for racer in racers:
        assert racer.stdin is not None
        racer.stdin.close()
        racer.stdin = None
    homes = {racer.communicate(timeout=30)[0].decode().strip() for racer in racers}
    assert len(homes) == 1
    folder = Path(homes.pop()) / "bin"
    assert [path.name for path in folder.iterdir()] == ["java"]
    subprocess.run([folder / "java", "-version"], check=True, capture_output=True)


def test_the_environment_of_a_trial(tmp_path):
    home = make_java(tmp_path / "home", "17.0.2")
    assert java_environment({"SPARKBENCH_JAVA_HOME": str(home)}) == {"JAVA_HOME": str(home)}


def test_common_locations_hold_each_folder_once(tmp_path):
    folder = tmp_path / ".jdks"
    make_java(folder / "a", "17.0.1")
    (folder / "b").symlink_to(folder / "a")
    found = [
        path for path in java_module._common({"HOME": str(tmp_path)}) if tmp_path in path.parents
    ]
    assert found == [folder / "a"]


@pytest.mark.parametrize(
    ("text", "version", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', "17.0.15", 17),
        ('java version "1.8.0_392"', "1.8.0_392", 8),
        ('Picked up JAVA_TOOL_OPTIONS: -Dx\nopenjdk version "21" 2023-09-19', "21", 21),
        ('openjdk version "25-ea" 2025-09-16', "25-ea", 25),
    ],
)
def test_version_texts(text, version, major):
    found = parse(text)
    assert found is not None
    assert found[:2] == (version, major)


@given(st.text())
def test_any_text_parses_or_is_none(text):
    found = parse(text)
    assert found is None or found[1] >= 0


def test_what_is_no_java(tmp_path):
    program = tmp_path / "java"
    assert probe(program) is None
    program.write_text("#!/bin/sh\necho hello\n")
    assert probe(program) is None
    program.chmod(0o755)
    assert probe(program) is None


@pytest.mark.parametrize(
    ("spark", "yes", "no"),
    [
        ("4.3.0", (17, 21, 25), (8, 11, 16, 26)),
        ("4.0.1", (17, 21), (11, 25)),
        ("3.5.9", (8, 11, 17), (21,)),
    ],
)
def test_which_java_for_which_spark(spark, yes, no):
    assert all(suitable(major, spark) for major in yes)
    assert not any(suitable(major, spark) for major in no)
