"""run: the command the process becomes, and that it does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.cli.actions.run import Request, engine_arguments
from bench.contract import ENGINE_MODULES
from bench.contract.console import options_from, parser
from bench.errors import UsageError

REQUEST = Request(
    arm="structured",
    host="127.0.0.1",
    port=1100,
    trigger="1s",
    cores="*",
    job=None,
    app_name=None,
    rows=None,
    conf=(),
    master=None,
    sink=None,
    connect_timeout="30s",
    exit_on_close=False,
)


def understood(request):
    """Module and options as the engine's own command line reads them."""
    arm, given = engine_arguments(request)
    module = ENGINE_MODULES[arm.engine].rpartition(".")[0]
    arguments = parser(module).parse_args(given)
    return module, arguments, options_from(arguments)


def test_defaults_are_the_tutorials():
    module, arguments, options = understood(REQUEST)
    assert module == "structured"
    assert options.endpoints == (("127.0.0.1", 1100),)
    assert (options.master, options.sink, options.job) == ("local[*]", "console", "echo")
    assert (options.app_name, options.trigger_s) == ("SocketExample", 1.0)
    assert not arguments.exit_on_close


def test_every_option_arrives():
    module, arguments, options = understood(
        replace(
            REQUEST,
            arm="dstream:path=jvm",
            trigger="500ms",
            cores="64",
            job="echo",
            app_name="-mine",
            rows="7",
            conf=("a.b=1", "a.b=2", "c=x=y z"),
            sink="drain",
            connect_timeout="5s",
            exit_on_close=True,
            graceful_stop="20s",
            stop_file="/nowhere/stop",
        )
    )
    assert module == "legacy_dstream"
    assert (options.trigger_s, options.master, options.rows) == (0.5, "local[64]", 7)
    assert (options.app_name, options.sink, options.path) == ("-mine", "drain", "jvm")
    assert options.conf == {"a.b": "2", "c": "x=y z"}
    assert (arguments.connect_timeout, arguments.exit_on_close) == ("5s", True)
    assert (arguments.graceful_stop, arguments.stop_file) == ("20s", "/nowhere/stop")


def test_a_stop_file_that_is_there_already_is_refused(tmp_path):
    there = tmp_path / "stop"
    there.touch()
    with pytest.raises(UsageError, match=r"--stop-file: .* is there already.*remove it"):
        engine_arguments(replace(REQUEST, stop_file=str(there)))


def test_what_the_arm_pins_wins():
    _module, _arguments, options = understood(
        replace(
            REQUEST,
            arm="structured:trigger=2s,cores=1,sink=drain,conf.a=9",
            conf=("a=1",),
            master=None,
        )
    )
    assert (options.trigger_s, options.master, options.sink) == (2.0, "local[1]", "drain")
    assert options.conf == {"a": "9"}


def test_a_master_goes_before_cores():
    _module, _arguments, options = understood(replace(REQUEST, master="spark://host:7077"))
    assert options.master == "spark://host:7077"


def test_every_engine_but_null_can_be_run():
    for engine in ENGINE_MODULES:
        if engine != "null":
            assert engine_arguments(replace(REQUEST, arm=engine))[0].engine == engine


def test_the_process_becomes_the_engine_even_beside_a_decoy(sparkbench, folder):
    """What DStream cannot do is told by the engine itself, before it starts any Spark."""
    (folder / "legacy_dstream").mkdir()
    (folder / "legacy_dstream" / "__init__.py").write_text("raise SystemExit('decoy')")
    answer = sparkbench("run", "dstream", "--cores", "1")
    assert answer.code == 2
    assert answer.err.startswith("legacy_dstream: ")
    assert "decoy" not in answer.err
