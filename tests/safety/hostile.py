"""A run directory made by somebody who means harm to whoever looks at it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.cli.results.made_runs import make_plan, make_run
from tests.made_results import rewrite

#: Breaks out of HTML, scripts and Markdown, drives a terminal, is markup, a template and a formula.
EVIL = (
    '=HYPERLINK("http://evil.invalid")</script><script>alert(1)</script>'
    "<img src=http://evil.invalid/x onerror=alert(1)>\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
    "[bold red]x[/]|`y`\r\n# head\n{{7*7}}${7*7}<!--javascript:alert(1)"
)

#: What Python, or a library of ours, would take from the folder it is started in.
DECOYS = (
    *("bench", "structured", "pandas", "numpy", "matplotlib", "rich", "typer", "json", "pickle"),
    *("sitecustomize", "usercustomize", "conftest", "evil"),
)

#: Names the file that any code of the directory's writes to when it runs.
MARKER = "HOSTILE_MARKER"

_CODE = f"import os; open(os.environ[{MARKER!r}], 'a').write(__file__ + '\\n')\n"


def hostile_run(path: Path) -> Path:
    """A run in ``path`` whose every string is evil, with code wherever code might be looked for."""
    plan = make_plan("dstream", "structured", rounds="3")
    make_run(path, plan, digests=True)
    for file in sorted((path / "trials").iterdir()):
        rewrite(file, _poison_trial(json.loads(file.read_bytes())))
    info = path / "run.json"
    rewrite(info, _poison_info(json.loads(info.read_bytes()), path))
    for name in DECOYS:
        (path / f"{name}.py").write_text(_CODE)
        (path / "trials" / f"{name}.py").write_text(_CODE)
    for name in ("bench", "structured"):
        (path / name).mkdir()
        (path / name / "__init__.py").write_text(_CODE)
    (path / "matplotlibrc").write_text("backend: module://evil\n")
    (path / "plan.toml").write_text(EVIL)
    (path / "trials" / "0001-dstream.pkl").write_bytes(b"cos\nsystem\n(S'touch x'\ntR.")
    (path / "logs" / "0001-trial").mkdir(parents=True, exist_ok=True)
    (path / "logs" / "0001-trial" / f"{'x' * 20}\x1b[2J.log").write_text(EVIL)
    return path


def _poison_trial(data: dict[str, Any]) -> dict[str, Any]:
    trial = data["trial"]
    trial["arm"] = f"{trial['arm']}:conf.x={EVIL}"
    trial["cell"]["conf.=cmd|" + EVIL] = EVIL if trial["round"] == 1 else "-1"
    for name in ("job", "sink", "path", "guarantee", "payload", "profile", "source", "checkpoint"):
        trial[name] = EVIL
    trial["spark_conf"] = trial["profile_conf"] = {EVIL: EVIL}
    trial["job_params"] = {EVIL: EVIL}
    trial["code_digest"] = trial["job_digest"] = EVIL
    data["reasons"] = [EVIL]
    data["checks"] = [
        {"name": EVIL, "value": 1.0, "threshold": 0.0, "passed": False, "message": EVIL}
    ]
    data["jvm_id"] = EVIL
    for batch in data["batches"]:
        batch["failure"] = EVIL
        batch["phases"][EVIL] = 0.1
    for name in ("spark", "java", "python", "os", "cpu"):
        data["environment"][name] = EVIL
    data["environment"]["extra"][EVIL] = EVIL
    if trial["number"] == 5:
        data["status"] = "invalid"
    return data


def _poison_info(data: dict[str, Any], path: Path) -> dict[str, Any]:
    for name in ("run_id", "command", "sparkbench", "plan_hash"):
        data[name] = EVIL
    data["git"] = {"commit": EVIL, "dirty": True}
    data["warnings"] = [EVIL]
    for name in ("spark", "java", "python", "os", "cpu"):
        data["environment"][name] = EVIL
    for arm in data["plan"]["arms"]:
        arm["text"] = f"{arm['text']}:conf.x={EVIL}"
    data["plan"]["settings"]["replay"] = "/etc/passwd"
    data["plan"]["settings"]["own_jobs"] = [
        {
            "info": {"name": "evil", "params": [], "lines": "text"},
            "reference": os.path.abspath(path / "evil.py"),
            "file": os.path.abspath(path / "evil.py"),
            "sha256": "0" * 64,
            "engines": {"dstream": ["python"]},
        }
    ]
    return data
