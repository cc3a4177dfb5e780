"""The class-data archive: made once, never trusted when damaged, never in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from bench.machine.prepare import prepare
from bench.runtime import cds, cds_build
from bench.runtime.cds import ClassArchive, locate
from bench.runtime.cds_build import class_archive
from tests.runtime.test_java import make_java


@pytest.fixture
def environ(tmp_path) -> dict[str, str]:
    """A Java and a Spark that look like it, and a cache of their own."""
    spark = tmp_path / "spark"
    (spark / "jars").mkdir(parents=True)
    (spark / "jars" / "spark-core.jar").write_text("classes")
    (spark / "jars" / "slf4j-api-2.jar").write_text("stands first")
    (spark / "jars" / "notes.txt").write_text("is none")
    home = make_java(tmp_path / "java", "17.0.1")
    return {
        "SPARKBENCH_JAVA_HOME": str(home),
        "SPARK_HOME": str(spark),
        "SPARKBENCH_CACHE": str(tmp_path / "cache"),
        "PATH": os.environ["PATH"],
    }


@pytest.fixture
def trainings(monkeypatch):
    """Training sessions asked for, none of which runs a JVM, and neither does what follows."""
    seen: list[str] = []

    def train(place, work, java_options):
        seen.append((work / "java.args").read_text())
        (work / "classes.lst").write_text("java/lang/Object")

    def dump(place, work, classes, target):
        target.write_text(f"archive {len(seen)}")

    monkeypatch.setattr(cds_build, "_train", train)
    monkeypatch.setattr(cds_build, "_dump", dump)
    return seen


def test_it_is_made_once_and_announced(environ, trainings):
    told = []
    first = class_archive(lambda: told.append("building"), environ)
    second = class_archive(lambda: told.append("building"), environ)
    assert first == second
    assert first.path is not None
    assert first.path.read_text() == "archive 1"
    assert told == ["building"]


def test_a_jvm_is_told_by_a_file_of_arguments(environ, trainings, tmp_path):
    folder = tmp_path / "a folder"
    folder.mkdir()
    archive = class_archive(environ=environ)
    assert archive.java_options(folder) == f'"@{folder}/java.args"'
    told = (folder / "java.args").read_text().splitlines()
    assert f'"-XX:SharedArchiveFile={archive.path}"' in told
    # What the JVM would say of an archive it cannot use would land among the console's batches.
    assert '"-Xlog:cds*=off"' in told
    jars = Path(environ["SPARK_HOME"]) / "jars"
    assert told[-2:] == ['"-cp"', f'"{jars}/slf4j-api-2.jar:{jars}/spark-core.jar"']


def test_what_java_reads_in_such_a_file_is_what_was_meant(require, tmp_path):
    java = Path(require("java")) / "bin" / "java"
    odd = 'sp ace "quoted" back\\slash'
    argument = cds.java_arguments(tmp_path, [f"-Dodd={odd}"], "/a b:/c").strip('"')
    command = [str(java), argument, "-XshowSettings:properties", "-version"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    assert f"odd = {odd}" in told
    assert "java.class.path = /a b" in told


def test_the_collector_is_that_of_trials(environ, trainings):
    from bench.trial.setup import spark_conf
    from tests.trial.conftest import spec

    class_archive(environ=environ)
    trial = spark_conf(spec(), Path("/tmp"))["spark.driver.defaultJavaOptions"]
    assert cds.COLLECTOR in trainings[0]
    assert cds.COLLECTOR in trial


@pytest.mark.parametrize("word", ["off", "OFF", "0", "no", "false"])
def test_it_can_be_switched_off(environ, trainings, word):
    archive = class_archive(environ={**environ, "SPARKBENCH_CDS": word})
    assert archive.path is None
    assert "SPARKBENCH_CDS" in archive.note
    assert archive.java_options(Path("/nowhere")) == ""
    assert trainings == []


def test_another_java_and_another_spark_have_their_own(environ, tmp_path):
    places = [locate(environ)]
    java = make_java(tmp_path / "other-java", "21.0.2")
    places.append(locate({**environ, "SPARKBENCH_JAVA_HOME": str(java)}))
    jar = Path(environ["SPARK_HOME"]) / "jars" / "spark-core.jar"
    jar.write_text("other classes")
    places.append(locate(environ))
    (jar.parent / "more.jar").write_text("")
    places.append(locate(environ))
    assert len({place.key for place in places}) == 4


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "record"])
def test_a_damaged_one_is_made_again(environ, trainings, damage):
    path = class_archive(environ=environ).path
    if damage == "cut":
        path.write_text("arch")
    elif damage == "changed":
        path.write_text("archivf 1")
    elif damage == "gone":
        path.unlink()
    else:
        path.with_suffix(".json").write_text("[")
    again = class_archive(environ=environ)
    assert again.path == path
    assert path.read_text() == "archive 2"


def test_a_failed_training_is_told_and_not_repeated_by_every_run(environ, monkeypatch):
    attempts = []

    def fail(place, work, java_options):
        attempts.append(1)
        raise cds_build.TrainingFailed("the JVM fell over")

    monkeypatch.setattr(cds_build, "_train", fail)
    first, second = class_archive(environ=environ), class_archive(environ=environ)
    assert first == ClassArchive(None, "the JVM fell over")
    assert second.path is None
    assert "to try again" in second.note
    assert len(attempts) == 1
    place = locate(environ)
    os.utime(place.failure, (time.time() - 2 * cds_build.FAILURE_S,) * 2)
    class_archive(environ=environ)
    assert len(attempts) == 2
    assert sorted(path.suffix for path in place.folder.iterdir()) == [".failed", ".lock"]


def test_a_session_without_a_list_leaves_none(environ, monkeypatch):
    monkeypatch.setattr(cds_build, "_train", lambda place, work, java_options: None)
    archive = class_archive(environ=environ)
    assert archive == ClassArchive(None, "the JVM wrote no list of its classes")


@pytest.mark.parametrize("code", [0, 1])
def test_a_java_that_writes_no_archive_leaves_none(environ, monkeypatch, code):
    monkeypatch.setattr(
        cds_build, "_train", lambda place, work, options: (work / "classes.lst").write_text("x")
    )
    program = Path(environ["SPARKBENCH_JAVA_HOME"]) / "bin" / "java"
    program.write_text(program.read_text() + f'case "$1" in @*) exit {code};; esac\n')
    archive = class_archive(environ=environ)
    assert archive == ClassArchive(None, f"Java wrote no archive (exit code {code})")
    assert not locate(environ).archive.exists()


def test_a_cache_that_cannot_be_written_to_is_no_error(environ, trainings, tmp_path):
    (tmp_path / "file").write_text("")
    archive = class_archive(environ={**environ, "SPARKBENCH_CACHE": str(tmp_path / "file")})
    assert archive.path is None
    assert "SPARKBENCH_CACHE" in archive.note


def test_a_folder_in_the_way_is_no_error(environ, trainings, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "classes").write_text("not a folder")
    archive = class_archive(environ=environ)
    assert archive.path is None
    assert archive.note
    assert trainings == []


def test_no_java_and_no_spark_are_no_errors(environ, trainings, tmp_path):
    assert class_archive(environ={**environ, "SPARK_HOME": str(tmp_path)}).path is None
    nowhere = class_archive(environ={**environ, "SPARKBENCH_JAVA_HOME": str(tmp_path)})
    assert "SPARKBENCH_JAVA_HOME" in nowhere.note


def test_more_on_the_class_path_rules_it_out(environ, trainings):
    archive = class_archive(environ={**environ, "HADOOP_CONF_DIR": "/somewhere"})
    assert archive.path is None
    assert "HADOOP_CONF_DIR" in archive.note


def test_files_in_sparks_configuration_folder_rule_it_out(environ, trainings, tmp_path):
    conf = tmp_path / "conf"
    conf.mkdir()
    assert class_archive(environ={**environ, "SPARK_CONF_DIR": str(conf)}).path is not None
    (conf / "spark-defaults.conf").write_text("")
    archive = class_archive(environ={**environ, "SPARK_CONF_DIR": str(conf)})
    assert archive.path is None
    assert str(conf) in archive.note


def test_what_a_killed_process_left_is_cleared_away(environ, trainings):
    place = locate(environ)
    left = place.folder / f".building-{place.key}-x"
    left.mkdir(parents=True)
    (left / "half.jsa").write_text("half an archive")
    assert class_archive(environ=environ).path is not None
    assert sorted(path.suffix for path in place.folder.iterdir()) == [".jsa", ".json", ".lock"]


def test_old_ones_are_cleared_away(environ, trainings):
    jar = Path(environ["SPARK_HOME"]) / "jars" / "spark-core.jar"
    made = []
    for number in range(cds_build.KEPT + 2):
        jar.write_text("x" * (number + 1))
        made.append(class_archive(environ=environ).path)
        # Files made within one tick of the clock would have no order.
        os.utime(made[-1].with_suffix(".json"), (number + 1, number + 1))
    assert [path.exists() for path in made] == [False] * 2 + [True] * cds_build.KEPT


SCRIPT = """
import os
import sys, time
from pathlib import Path
from bench.runtime import cds_build
from bench.runtime.cds_build import class_archive

def train(place, work, java_options):
    Path(sys.argv[1]).open("a").write("trained\\n")
    time.sleep(1.0)
    (work / "classes.lst").write_text("list")

cds_build._train = train
cds_build._dump = lambda place, work, classes, target: target.write_text("archive")
print(class_archive(environ=os.environ).path)
"""


def test_two_processes_at_once_make_one(environ, tmp_path):
    script, account = tmp_path / "script.py", tmp_path / "account"
    script.write_text(textwrap.dedent(SCRIPT))
    started = [
        subprocess.Popen(
            [sys.executable, str(script), str(account)],
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=60)[0].strip() for process in started]
    assert answers[0] == answers[1] == str(locate(environ).archive)
    assert account.read_text() == "trained\n"


@pytest.fixture
def preparing(environ, trainings, monkeypatch):
    """``preparing()``: the exit code of ``doctor --prepare`` and the lines it prints."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)

    def run():
        said = []
        return prepare(said.append), said

    return run


def test_prepare_makes_it_once_and_says_so(preparing):
    code, (before, after) = preparing()
    assert code == 0
    assert "making it, once, in about a minute" in before
    assert "Class archive: made in " in after
    code, (after,) = preparing()
    assert code == 0
    assert after.endswith(".jsa (0 MB)")


def test_prepare_respects_that_none_is_wanted(preparing, monkeypatch):
    monkeypatch.setenv("SPARKBENCH_CDS", "off")
    code, (words,) = preparing()
    assert (code, words) == (
        0,
        "Class archive: none, switched off by SPARKBENCH_CDS; trials run without, every one alike",
    )


def test_prepare_fails_where_it_cannot_be_made(preparing, monkeypatch):
    monkeypatch.setattr(cds_build, "_train", lambda place, work, java_options: None)
    code, (_before, words) = preparing()
    assert code == 3
    assert "the JVM wrote no list of its classes" in words


def test_another_spark_that_trials_do_without_is_not_looked_at(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARK_HOME", "/opt/stale-spark")
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    assert "/opt/stale-spark" not in class_archive(build=False).note
