"""Malformed arguments and plan files: one sentence and a documented code, never a traceback.

In this process, because an interpreter a case would take longer than all the rest of the suite.
"""

from __future__ import annotations

import json
import os
import random
import tomllib

import pytest

from bench.cli._main import run
from tests.survive import mutate
from tests.tally import LONG, SEED, survived

CASES = 1000 if LONG else 120

pytestmark = [pytest.mark.slow, pytest.mark.timeout(2400 if LONG else 300)]

#: What is asked for, every option with a value that it takes; nothing of it starts a measurement.
VALID = (
    "compare dstream structured --trigger 500ms,1s --cores 1 --rate 1000 --rounds 3 --dry-run",
    "compare dstream:path=jvm structured:profile=tuned --job wordcount --sink drain --dry-run",
    "compare null --arrivals burst:factor=10,at=15s,for=2s --streams 2 --keys 10 --dry-run",
    "compare --quick --conf spark.x=1 --param k=5 --job topk --filter arm=dstream --dry-run",
    "compare --until 5% --budget 20m --metric e2e_p50 --fork engine --seed 7 --dry-run --json -",
    "compare --payload-bytes 100 --payload-spread 0.5 --lines text --equal cpus --dry-run",
    "compare --partitions matched,4 --checkpoint temp --warmup 5s --duration 30s --dry-run",
    "capacity dstream --trigger 1s --cores 1 --low 1000 --high 1M --p99 2s --dry-run",
    "capacity structured --precision 10% --budget 1h --duration 20s --dry-run",
    "tune structured --rate 10k --trigger 1s --cores 1 --budget 20m --p99 2s --dry-run",
    "aa structured --rounds 10 --inject 20ms --dry-run",
    "show nowhere 7 --batches 20",
    "report nowhere --rate 20k --p99 2s --cost-per-core-hour 0.05 --today trigger=1s,cores=2",
    "decide nowhere --rate 20000 --p99 2s --gate --format md",
    "diff nowhere elsewhere --fail-on slower --threshold 1.05 --ratios --format json",
    "export nowhere --format csv --what batches --out file.csv",
    "report nowhere --out page.html",
    "jobs wordcount --profiles",
    "migrate nowhere --markdown",
    "completion bash",
)

PLAN = """
[compare]
arms = ["dstream:path=jvm", "structured"]
trigger = ["500ms", "1s"]
cores = [1]
rate = "1000,10k"
arrivals = ["constant", "burst:factor=10,at=15s,for=2s"]
skew = 0.5
keys = 100
rounds = 6
warmup = "8s"
seed = 7
metric = "e2e_p50"

[compare.conf]
spark.sql.shuffle.partitions = [2, 200]
"spark.ui.enabled" = false
"""

#: What a run can end with that measures nothing.
CODES = {0, 1, 2, 3}


@pytest.fixture(autouse=True)
def _harmless(monkeypatch, tmp_path):
    """A folder of its own; nothing is started or replaced, whatever a mutation asks for."""

    def refuse(*arguments, **options):
        raise AssertionError("a process was to be started")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "execve", refuse)
    monkeypatch.setattr("subprocess.Popen", refuse)
    monkeypatch.setattr("bench.load.sending.send.send", refuse)
    monkeypatch.setenv("COLUMNS", "100")


def check(arguments, capsys):
    """Run it; the documented code, and no more than one sentence on standard error."""
    code = run(arguments)
    said = capsys.readouterr()
    assert code in CODES, (arguments, code)
    if code in (2, 3):
        sentences = said.err.strip().splitlines()
        assert sentences, arguments
        assert sentences[-1].startswith("sparkbench: "), (arguments, said.err)
    assert "\x1b" not in said.err, arguments
    return code


def toml(value):
    """A value as TOML has it inline; of a table its keys and values, a line each."""
    if isinstance(value, dict):
        return "\n".join(f"{json.dumps(str(key))} = {_inline(one)}" for key, one in value.items())
    return _inline(value)


def _inline(value):
    match value:
        case dict():
            pairs = (f"{json.dumps(str(key))} = {_inline(one)}" for key, one in value.items())
            return f"{{ {', '.join(pairs)} }}"
        case list():
            return f"[{', '.join(map(_inline, value))}]"
        case str():
            return json.dumps(value)
        case None:
            return '""'
        case bool():
            return str(value).lower()
        case _:
            return repr(value)


def arguments_of(rng):
    """A command line with one to three of its words broken."""
    words = rng.choice(VALID).split()
    for _ in range(rng.choice((1, 1, 2, 3))):
        # Not the command itself, whose misspelling is one case like any other.
        at = rng.randrange(1, len(words)) if len(words) > 1 else 0
        match rng.randrange(6):
            case 0:
                words[at] = rng.choice(mutate.TEXTS)
            case 1:
                words[at] = mutate.of_text(rng, words[at])
            case 2:
                words[at : at + 1] = []
            case 3:
                words.insert(at, words[at])
            case 4:
                words[at] = words[at] + rng.choice((",", ":", "=")) + rng.choice(mutate.TEXTS)
            case _:
                words.insert(at, rng.choice(VALID).split()[-1])
    # An argument cannot hold this byte: the system would not start the command.
    words = [word.replace("\0", "") for word in words if word]
    measures = words[:1] and words[0] in ("compare", "capacity", "tune", "aa")
    return [*words, "--dry-run"] if measures and "--dry-run" not in words else words


def test_malformed_arguments(capsys):
    rng = random.Random(f"{SEED} arguments")
    for _case in range(CASES):
        code = check(arguments_of(rng), capsys)
        survived("malformed arguments", f"exit code {code}")


def test_malformed_plans(capsys, tmp_path):
    rng = random.Random(f"{SEED} plans")
    file = tmp_path / "plan.toml"
    meant = tomllib.loads(PLAN)
    for case in range(CASES):
        if case % 3 == 0:
            data = mutate.of_bytes(rng, PLAN.encode())
        elif case % 3 == 1:
            data = mutate.of_text(rng, PLAN).encode("utf-8", "surrogatepass")
        else:
            # TOML that is well-formed and means something else.
            data = toml(mutate.of_json(rng, meant)).encode("utf-8", "surrogatepass")
        file.write_bytes(data)
        code = check(["compare", "--plan", str(file), "--dry-run"], capsys)
        survived("malformed plan files", f"exit code {code}")
