"""What looks like a secret is used and stored nowhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import redaction
from bench.errors import UsageError
from bench.experiments.registry import strategy_of
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.plan import Plan
from bench.redaction import hide, known, looks_secret, mask_logs, redact, reveal, unknown
from bench.results.store import RunStore
from bench.runner.runner import run_strategy
from bench.trial.setup import stream_options
from tests.made_results import make_result
from tests.report.synthetic import make_info

KEY, SECRET = "spark.hadoop.fs.s3a.secret.key", "hunter2/Ab+9=="
AROUND = Surroundings(4)


@pytest.fixture(autouse=True)
def _forget(monkeypatch):
    """Each test with no secret known but its own, whatever the environment holds."""
    monkeypatch.setattr(redaction, "_ASIDE", {})
    for name in [name for name in os.environ if looks_secret(name)]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    "name",
    [
        *("spark.ssl.keyStorePassword", "spark.authenticate.secret", "GITHUB_TOKEN", "API_KEY"),
        *("spark.hadoop.fs.s3a.access.key", "fs.azure.account.key.x.net", "AWS_SECRET_ACCESS_KEY"),
        *("kafka.sasl.jaas.config", "db_passwd", "GOOGLE_APPLICATION_CREDENTIALS", "privateKey"),
    ],
)
def test_names_that_look_secret(name):
    assert looks_secret(name)


@pytest.mark.parametrize(
    "name", ["spark.sql.shuffle.partitions", "PATH", "keys", "spark.locality.wait", "HOME", "k"]
)
def test_names_that_do_not(name):
    assert not looks_secret(name)
    assert hide(name, "value") == "value"


@given(st.text(min_size=1))
def test_a_hidden_value_comes_back_and_its_stand_in_stands_for_itself(value):
    shown = hide(KEY, value)
    assert reveal(KEY, shown) == value
    assert hide(KEY, shown) == shown


def test_two_values_of_one_key_are_told_apart():
    first, second = hide(KEY, "one"), hide(KEY, "two")
    assert first != second
    assert (reveal(KEY, first), reveal(KEY, second)) == ("one", "two")
    assert unknown(KEY, "[redacted 3]")
    assert not unknown(KEY, first)
    assert not unknown(KEY, "plain")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"--conf {KEY}={SECRET} --out x", f"--conf {KEY}=[redacted] --out x"),
        (f'"{KEY}" = "{SECRET}"', f'"{KEY}" = "[redacted]"'),
        ("dstream:conf.x.password=p1,cores=2", "dstream:conf.x.password=[redacted],cores=2"),
        ("cannot open s3a://me:pa@ss@bucket/x", None),
        ("jdbc:postgresql://u:p4ss@h/db", "jdbc:postgresql://[redacted]@h/db"),
        ("spark.x.credentials.enabled=true", "spark.x.credentials.enabled=true"),
        ("nothing to see", "nothing to see"),
    ],
)
def test_text(text, shown):
    if shown is None:
        assert "pa@" not in redact(text) or "me:" not in redact(text)
    else:
        assert redact(text) == shown
    assert redact(redact(text)) == redact(text)


def test_known_values_are_taken_out_wherever_they_stand(monkeypatch):
    monkeypatch.setenv("MY_API_TOKEN", "tok-123456")
    hide(KEY, SECRET)
    assert redact(f"refused: {SECRET} and tok-123456.") == "refused: [redacted] and [redacted]."
    hide(KEY, "abc")
    assert "abc" not in known(), "too short to be told from other words"


@given(st.text())
def test_redacting_is_done_once_and_quickly(text):
    once = redact(text)
    assert redact(once) == once


@pytest.mark.timeout(20)
def test_a_long_word_takes_no_longer_than_it_must():
    assert redact("a" * 200_000)


def test_the_plan_never_has_it_and_the_engine_does(tmp_path):
    plan = build_plan(
        ["structured", "dstream:conf.x.password=arms-own"],
        around=AROUND,
        conf=[f"{KEY}={SECRET}"],
        params=[],
    )
    stored = json.dumps(plan.to_dict())
    assert SECRET not in stored
    assert "arms-own" not in stored
    assert Plan.from_dict(json.loads(stored)).plan_hash == plan.plan_hash
    for spec in plan.round_trials(1):
        assert SECRET not in repr(spec)
        options = stream_options(spec, (1234,), 1.0, tmp_path, "measured")
        assert options.conf[KEY] == SECRET
        if spec.arm.engine == "dstream":
            assert options.conf["x.password"] == "arms-own"


def test_a_password_in_an_address_is_refused():
    with pytest.raises(UsageError, match="password in it"):
        build_plan(["structured"], around=AROUND, axes={"checkpoint": ["s3a://k:s@bucket/x"]})


def test_what_an_engine_says_of_it_is_not_stored(tmp_path, monkeypatch):
    monkeypatch.setenv("DB_PASSWORD", "swordfish")
    plan = build_plan(["null"], around=AROUND, conf=[f"{KEY}={SECRET}"], rounds="1")
    store = RunStore.create(tmp_path / "run", make_info())
    told = []

    def run_trial(spec, settings, *, workdir, on_event):
        (workdir / "engine.log").write_text(f"trying {SECRET}\nand swordfish\nthe end\n")
        return make_result(spec, "failed", [f"access denied for {SECRET}", "password=swordfish"])

    run_strategy(strategy_of(plan), plan.settings, store, run_trial=run_trial, on_event=told.append)
    kept = b"".join(file.read_bytes() for file in store.path.rglob("*") if file.is_file())
    assert b"access denied for [redacted]" in kept
    assert b"the end" in kept
    for secret in (SECRET, "swordfish"):
        assert secret.encode() not in kept
        assert secret not in repr(told)


def test_logs_keep_their_length(tmp_path):
    hide(KEY, SECRET)
    log = tmp_path / "a" / "engine.log"
    log.parent.mkdir()
    log.write_text(f"x{SECRET}y{SECRET}")
    mask_logs(tmp_path)
    assert log.read_text() == f"x{'*' * len(SECRET)}y{'*' * len(SECRET)}"


@pytest.mark.slow
def test_a_whole_run_and_its_resumption(tmp_path):
    """Nothing in the directory, on the terminal or in the cache; and it is asked for again."""
    environ = {
        **os.environ,
        "SPARKBENCH_CACHE": str(tmp_path / "cache"),
        "CI_JOB_TOKEN": "glpat-0123456789",
    }
    (tmp_path / "plan.toml").write_text(
        f'[compare]\narms = ["null"]\nrounds = 1\n[compare.conf]\n"{KEY}" = "{SECRET}"\n'
    )
    windows = ["--warmup", "0s", "--duration", "400ms", "--trigger", "50ms", "--cores", "1"]

    def sparkbench(*arguments):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bench.cli", *arguments],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        for secret in (SECRET, "other-secret", "glpat-0123456789"):
            assert secret not in done.stdout + done.stderr
        return done

    options = ["--plan", "plan.toml", "--conf", "spark.ssl.keyPassword=other-secret"]
    done = sparkbench("compare", *options, *windows, "--out", "run")
    assert done.returncode in (0, 4), done.stderr
    for file in [*(tmp_path / "run").rglob("*"), *(tmp_path / "cache").rglob("*")]:
        for secret in (SECRET, "other-secret", "glpat-0123456789"):
            assert not file.is_file() or secret.encode() not in file.read_bytes(), file
    info = RunStore.open(tmp_path / "run").info
    assert "[redacted]" in info.command
    assert "[redacted]" in (tmp_path / "run" / "plan.toml").read_text()
    for file in (tmp_path / "run" / "trials").iterdir():
        file.unlink()
    refused = sparkbench("compare", "--resume", "run")
    assert refused.returncode == 2
    assert "was not stored; give it again (--conf " in refused.stderr
    again = sparkbench("compare", "--resume", "run", *options, *windows)
    assert again.returncode in (0, 4), again.stderr
    # One trial, and one more for each time that the machine disturbed it.
    results = RunStore.open(tmp_path / "run").read_trials()[0]
    assert len(results) == 1 + sum(result.status == "invalid" for result in results[:-1])
