"""docs/scale.md and docs/cluster.md say what the code does; the manifest fits together."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bench.cli._main import run
from bench.cluster.addresses import Addresses
from bench.cluster.join import _COMMON
from bench.runner import clusters as probe
from bench.stats import scalability

DOCS = Path(__file__).resolve().parents[2] / "docs"
SCALE = (DOCS / "scale.md").read_text()
CLUSTER = (DOCS / "cluster.md").read_text()
MANIFEST = (DOCS / "examples" / "kubernetes.yaml").read_text()

Schema = dict[str, Any]
NAME: Schema = {"type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"}
TEXT: Schema = {"type": "string", "minLength": 1}


def fields(required: dict[str, Schema], **others: Schema) -> Schema:
    return {"type": "object", "required": [*required], "properties": {**required, **others}}


def listed(item: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": item}


SUBJECT = fields({"kind": {"const": "ServiceAccount"}, "name": NAME, "namespace": NAME})
REFERENCE = fields({"kind": {"const": "Role"}, "name": NAME, "apiGroup": TEXT})
RULE = fields(
    {"apiGroups": listed({"type": "string"}), "resources": listed(NAME), "verbs": listed(NAME)}
)
CONTAINER = fields(
    {"name": NAME, "image": TEXT, "command": listed(TEXT)},
    env=listed(fields({"name": TEXT})),
    volumeMounts=listed(fields({"name": NAME, "mountPath": TEXT})),
)
POD = fields(
    {
        "containers": listed(CONTAINER),
        "restartPolicy": {"enum": ["Never", "OnFailure"]},
        "serviceAccountName": NAME,
    }
)
TEMPLATE = fields({"metadata": fields({"labels": {"type": "object"}}), "spec": POD})

#: API version and kind to what Kubernetes demands of the rest, as far as this manifest goes.
KINDS: dict[tuple[str, str], dict[str, Schema]] = {
    ("v1", "ServiceAccount"): {},
    ("rbac.authorization.k8s.io/v1", "Role"): {"rules": listed(RULE)},
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): {
        "subjects": listed(SUBJECT),
        "roleRef": REFERENCE,
    },
    ("v1", "Service"): {
        "spec": fields({"clusterIP": {"const": "None"}, "selector": {"type": "object"}})
    },
    ("batch/v1", "Job"): {"spec": fields({"template": TEMPLATE, "backoffLimit": {"const": 0}})},
}


@pytest.fixture(scope="module")
def parts() -> dict[str, Any]:
    """The documents of the manifest by their kind."""
    return {part["kind"]: part for part in yaml.safe_load_all(MANIFEST)}


def test_the_manifest_is_of_known_kinds_with_all_they_need(parts):
    assert len(parts) == len(KINDS)
    for part in parts.values():
        more = KINDS[part["apiVersion"], part["kind"]]
        metadata = fields({"name": NAME, "namespace": NAME})
        jsonschema.validate(part, fields({"metadata": metadata, **more}))


def test_the_parts_of_the_manifest_fit_together(parts):
    template = parts["Job"]["spec"]["template"]
    (container,) = template["spec"]["containers"]
    service, binding = parts["Service"], parts["RoleBinding"]
    assert service["spec"]["selector"].items() <= template["metadata"]["labels"].items()
    account = parts["ServiceAccount"]["metadata"]["name"]
    assert template["spec"]["serviceAccountName"] == account == binding["subjects"][0]["name"]
    assert binding["roleRef"]["name"] == parts["Role"]["metadata"]["name"]
    host = f"{service['metadata']['name']}.{service['metadata']['namespace']}.svc"
    assert f"--advertise={host}" in container["command"]
    assert f"--conf=spark.kubernetes.container.image={container['image']}" in container["command"]
    assert f"--conf=spark.kubernetes.namespace={template_namespace(parts)}" in container["command"]
    names = {variable["name"] for variable in container["env"]}
    assert set(re.findall(r"\$\((\w+)\)", " ".join(container["command"]))) <= names
    volumes = {volume["name"] for volume in template["spec"]["volumes"]}
    assert {mount["name"] for mount in container["volumeMounts"]} == volumes
    assert len({part["metadata"]["namespace"] for part in parts.values()}) == 1


def template_namespace(parts: dict[str, Any]) -> str:
    return str(parts["Job"]["metadata"]["namespace"])


def dry_run(words: list[str], monkeypatch, tmp_path, capsys) -> dict[str, Any]:
    """The first trial of the plan that a documented command makes."""
    assert words[:2] == ["sparkbench", "compare"]
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    out = [word for word in words[1:] if not word.startswith("--out")]
    assert run([*out, "--dry-run", "--json", "-"]) == 0, capsys.readouterr().err
    trial: dict[str, Any] = json.loads(capsys.readouterr().out)["trials"][0]
    return trial


def test_the_manifests_command_is_one_of_ours(parts, monkeypatch, tmp_path, capsys):
    (container,) = parts["Job"]["spec"]["template"]["spec"]["containers"]
    trial = dry_run(container["command"], monkeypatch, tmp_path, capsys)
    assert trial["master"] == "k8s://https://kubernetes.default.svc"
    assert (trial["cores"], trial["executors"], trial["listen"]) == (8, 4, "0.0.0.0")


def test_the_command_for_yarn_is_one_of_ours(monkeypatch, tmp_path, capsys):
    block = re.search(r"## On YARN.*?```\n(.*?)```", SCALE, re.DOTALL)
    assert block is not None
    words = shlex.split(block[1].replace("\\\n", " "))
    variables = [word for word in words if re.match(r"[A-Z_]+=", word)]
    trial = dry_run(words[len(variables) :], monkeypatch, tmp_path, capsys)
    assert trial["master"] == "yarn"
    assert trial["conf"]["spark.yarn.queue"] == "bench"
    assert trial["checkpoint"] == "hdfs:///user/bench/checkpoints"


def test_the_arithmetic_prints_what_stands_below_it():
    found = re.search(r"```python\n(.*?)```\n\n```\n(.*?)```", SCALE, re.DOTALL)
    assert found is not None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(found[1], {})
    assert printed.getvalue() == found[2]


def test_limits_are_quoted_as_they_are():
    assert f"longer than {probe.OTHERS_S / 60:g} minutes" in SCALE
    assert "up to four" in SCALE
    assert scalability.FARTHEST == 4
    assert f"every {_COMMON['spark.executor.heartbeatInterval'][:-1]} s" in CLUSTER
    ratio = "spark.scheduler.minRegisteredResourcesRatio"
    assert f"`{ratio}={_COMMON[ratio]}`" in CLUSTER


def test_a_sentence_of_the_probe_is_quoted_as_it_is():
    lost = [{"host": "worker-1", "problem": "Connection refused"}]
    places = Addresses("0.0.0.0", "127.0.0.1", "127.0.0.1")
    found = {"slots": 1, "executors": lost}
    said = probe._problem("spark://m", places, 1, found, True, 1.0)
    assert said is not None
    assert f"sparkbench: {said}" in " ".join(CLUSTER.split())
