"""Bad input: one sentence, the right exit code, nothing half-written."""

from __future__ import annotations

import socket

import pytest

from tests.tally import survived

USAGE, ENVIRONMENT = 2, 3

BAD = [
    ("compare strucured", USAGE, "unknown engine 'strucured'"),
    ("compare structured:pth=jvm", USAGE, "unknown key 'pth'"),
    ("compare dstream dstream", USAGE, "is the same contender"),
    ("compare --job ecko", USAGE, "--job: unknown job 'ecko'"),
    ("compare --sink consle", USAGE, "--sink: unknown sink 'consle'"),
    ("compare --trigger soon", USAGE, "--trigger: 'soon' is not a duration"),
    ("compare --trigger -1s", USAGE, "--trigger: a trigger interval of '-1s' is negative"),
    ("compare --cores 0", USAGE, "--cores: "),
    ("compare --cores 100000", USAGE, "--cores: "),
    ("compare --rate 0", USAGE, "--rate: "),
    ("compare --rate -5", USAGE, "--rate: "),
    ("compare --rate many", USAGE, "--rate: 'many' is not a rate"),
    ("compare --rounds 0", USAGE, "--rounds: "),
    ("compare --arrivals sometimes", USAGE, "--arrivals: "),
    ("compare --conf novalue", USAGE, "--conf: 'novalue' is not KEY=VALUE"),
    ("compare --json file.json", USAGE, "--json: "),
    ("compare --replay missing.txt", USAGE, "--replay: "),
    ("compare --replay missing.txt --dry-run", USAGE, "--replay: "),
    ("compare --out /dev/null", USAGE, "--out: /dev/null is not a directory"),
    ("compare --out /proc/nowhere/run null", USAGE, "--out: "),
    ("compare --streams 99", USAGE, "--streams: 99 streams are more"),
    ("compare --skew 1", USAGE, "skew needs keys"),
    ("compare --keys ten", USAGE, "--keys: a number of keys"),
    ("compare --payload-spread 2", USAGE, "--payload-spread: "),
    ("compare --equal threads", USAGE, "--equal: unknown equality"),
    ("compare --replay-speed 2", USAGE, "--replay-speed: there is no file to replay"),
    ("compare --replay missing.txt --replay-speed 2", USAGE, "missing.txt: there is no such file"),
    ("compare --quick --arrivals burst:factor=9,at=20s,for=2s", USAGE, "begins after"),
    ("calibrate --json out.json", USAGE, "--json: "),
    ("compare --colour", USAGE, "No such option: --colour"),
    ("compare --rounds", USAGE, "requires an argument"),
    ("comparre", USAGE, "Did you mean 'compare'?"),
    ("run", USAGE, "Missing argument 'ARM'"),
    ("run strucured", USAGE, "did you mean 'structured'?"),
    ("run null", USAGE, "arm 'null' shows nothing"),
    ("run structured:rate=5", USAGE, "'rate' is the sender's"),
    ("run structured --trigger -1s", USAGE, "--trigger: "),
    ("run structured --cores 0", USAGE, "--cores: "),
    ("run structured --rows 0", USAGE, "--rows: "),
    ("run structured --job ecko", USAGE, "did you mean 'echo'?"),
    ("run structured --sink consle", USAGE, "did you mean 'console'?"),
    ("run structured --conf novalue", USAGE, "--conf: "),
    ("run structured --port 99999", USAGE, "--port: "),
    ("run structured --port http", USAGE, "--port: 'http' is not a port"),
    ("run structured --connect-timeout soon", USAGE, "--connect-timeout: "),
    ("run structured --host no-such-host.invalid", ENVIRONMENT, "does not resolve"),
    ("send --port 0x", USAGE, "--port: "),
    ("send --rate 0", USAGE, "--rate: "),
    ("send --payload-bytes 1", USAGE, "--payload-bytes: "),
    ("send --duration 0s", USAGE, "--duration: 0s sends nothing"),
    ("send --arrivals sometimes", USAGE, "--arrivals: "),
    ("send --streams 0", USAGE, "--streams: "),
    ("send --streams 50 --port 65500", USAGE, "--streams: "),
    ("send --replay missing.txt", USAGE, "missing.txt"),
    ("send --skew 1", USAGE, "skew needs keys"),
    ("send --keys many", USAGE, "--keys: "),
    ("send --payload-spread 1", USAGE, "--payload-spread: "),
    ("send --replay-speed 2", USAGE, "--replay-speed: there is no file"),
    ("send --replay x --replay-speed 2 --rate 5", USAGE, "--rate: a file at its own pace"),
    ("send --replay x --keys 5", USAGE, "--replay: "),
    ("send --host no-such-host.invalid", ENVIRONMENT, "does not resolve"),
]


@pytest.mark.parametrize(("command", "code", "words"), BAD, ids=[line for line, _, _ in BAD])
def test_one_sentence_and_the_right_code(sparkbench, folder, command, code, words):
    answer = sparkbench(*command.split())
    assert words in answer.err
    assert answer.code == code
    assert answer.err.startswith("sparkbench: ")
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    assert list(folder.iterdir()) == []


def test_a_directory_that_holds_something_is_refused_before_the_first_trial(sparkbench, folder):
    (folder / "run").mkdir()
    (folder / "run" / "mine.txt").write_text("keep")
    answer = sparkbench("compare", "null", "--out", "run")
    assert answer.code == USAGE
    assert answer.err.count("\n") == 1
    assert "not empty" in answer.err
    assert [path.name for path in (folder / "run").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("arguments", [("compare", "structured"), ("run", "structured")])
def test_a_java_that_does_not_fit_is_one_sentence(sparkbench, folder, arguments):
    answer = sparkbench(*arguments, SPARKBENCH_JAVA_HOME="/nonexistent")
    assert answer.code == ENVIRONMENT
    assert "SPARKBENCH_JAVA_HOME" in answer.err
    assert answer.err.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_a_port_in_use_is_one_sentence(sparkbench):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        port = server.getsockname()[1]
        answer = sparkbench("send", "--port", str(port))
    assert answer.code == ENVIRONMENT
    assert str(port) in answer.err
    assert answer.err.count("\n") == 1
    survived("port taken (sparkbench send)", f"exit code {answer.code}")
