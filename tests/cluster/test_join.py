"""What a trial on a cluster is given: settings, slots, addresses, environment, code."""

from __future__ import annotations

import shlex
import zipfile

import pytest

from bench.cluster import state
from bench.cluster.addresses import addresses, master_host
from bench.cluster.join import join_conf, join_environment, leave, py_files, reader_host
from bench.cluster.state import Cluster
from bench.plan.arms import parse_arm
from bench.trial.setup import load_config, spark_conf, spark_master, stream_options, task_slots
from tests.trial.conftest import spec

STANDALONE = "spark://127.0.0.1:7077"


def on(master, arm="dstream", **changes):
    return spec(arm=parse_arm(arm), master=master, cores=4, **changes)


def test_local_masters_are_given_nothing(tmp_path):
    for master in ("local[*]", "local[3]"):
        wanted = on(master, listen="10.0.0.1", advertise="elsewhere")
        assert join_conf(wanted, 4) == {}
        assert join_environment(wanted, tmp_path) == {}
        assert py_files(wanted) == ()
        options = stream_options(wanted, (1,), 1.0, tmp_path, "m")
        assert options.endpoints == (("127.0.0.1", 1),)
        assert load_config(wanted, None).host == "127.0.0.1"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("master", "slots"), [("local[*]", 4), ("local[3]", 3), ("local", 1), (STANDALONE, 4)]
)
def test_slots_are_the_masters_or_the_cores(master, slots):
    wanted = on(master)
    assert task_slots(wanted) == slots
    assert spark_master(wanted) == (master if master == STANDALONE else f"local[{slots}]")
    equal = on(master, equal="cpus", streams=2)
    assert task_slots(equal) == slots + 2


def test_executors_share_the_slots():
    conf = join_conf(on(STANDALONE, executors=2), 4)
    assert conf["spark.cores.max"] == "4"
    assert conf["spark.executor.cores"] == "2"
    assert "spark.executor.cores" not in join_conf(on(STANDALONE), 4)
    for master in ("yarn", "k8s://https://127.0.0.1:443"):
        conf = join_conf(on(master, executors=2), 4)
        assert (conf["spark.executor.instances"], conf["spark.executor.cores"]) == ("2", "2")
        assert "spark.cores.max" not in conf
    # A slot more for a receiver: rounded up to the same number in each executor.
    odd = on(STANDALONE, executors=2, equal="cpus")
    assert task_slots(odd) == 6
    assert join_conf(odd, task_slots(odd))["spark.cores.max"] == "6"


def test_settings_of_the_user_win(tmp_path):
    wanted = on(STANDALONE, conf={"spark.cores.max": "1", "spark.driver.host": "mine"})
    conf = spark_conf(wanted, tmp_path)
    assert (conf["spark.cores.max"], conf["spark.driver.host"]) == ("1", "mine")


def test_each_reader_gets_the_address_it_connects_from(tmp_path):
    given = {"listen": "0.0.0.0", "advertise": "driver.example"}
    assert reader_host(on(STANDALONE, **given)) == "driver.example"
    assert reader_host(on(STANDALONE, "structured", **given)) == "127.0.0.1"
    assert load_config(on(STANDALONE, **given), None).host == "0.0.0.0"
    conf = spark_conf(on(STANDALONE, **given), tmp_path)
    assert conf["spark.driver.bindAddress"] == "0.0.0.0"
    assert conf["spark.driver.host"] == "driver.example"


def test_addresses_follow_the_way_to_the_master():
    assert addresses(on(STANDALONE)).listen == "127.0.0.1"
    assert addresses(on("local-cluster[2,1,1024]")).listen == "127.0.0.1"
    one = addresses(on(STANDALONE, listen="127.0.0.2"))
    assert (one.listen, one.advertise, one.own) == ("127.0.0.2",) * 3


@pytest.mark.parametrize(
    ("master", "place"),
    [
        ("spark://h:7078", ("h", 7078)),
        ("spark://h", ("h", 7077)),
        ("spark://a:1,b:2", ("a", 1)),
        ("k8s://https://h:6443", ("h", 6443)),
        ("yarn", None),
        ("local-cluster[2,1,1024]", None),
    ],
)
def test_the_host_of_a_master(master, place):
    assert master_host(master) == place


def test_a_local_cluster_writes_into_the_trials_own_folder(tmp_path):
    wanted = on("local-cluster[2,1,1024]")
    home = tmp_path / "spark-home"
    assert join_environment(wanted, tmp_path)["SPARK_HOME"] == str(home)
    assert (home / "jars").is_dir()
    assert not (home / "work").exists()
    leave(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_code_of_the_engines_travels_as_one_archive():
    (archive,) = py_files(on(STANDALONE))
    assert py_files(on(STANDALONE, "structured")) == (archive,)
    with zipfile.ZipFile(archive) as files:
        assert {"legacy_dstream/sinks/own.py", "bench/contract/rows.py"} <= set(files.namelist())
    assert py_files(on(STANDALONE, "null")) == ()


def test_the_driver_reads_the_secret_of_our_cluster_from_its_file(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache dir"))
    monkeypatch.setenv("PYSPARK_SUBMIT_ARGS", "--packages a:b:1 pyspark-shell")
    assert "PYSPARK_SUBMIT_ARGS" not in join_environment(on(STANDALONE), tmp_path)
    conf = state.write_conf({})
    state.write_cluster(Cluster(STANDALONE, "http://h:1", "cluster-0", 1, "1g", 1.0, ()))
    words = shlex.split(join_environment(on(STANDALONE), tmp_path)["PYSPARK_SUBMIT_ARGS"])
    assert words[words.index("--properties-file") + 1] == str(conf)
    assert words[-3:] == ["--packages", "a:b:1", "pyspark-shell"]
    assert "PYSPARK_SUBMIT_ARGS" not in join_environment(on("spark://other:7077"), tmp_path)
