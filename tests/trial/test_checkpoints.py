"""Checkpoints below a place of the user's: a folder of their own each, gone afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.errors import UsageError
from bench.plan.arms import parse_arm
from bench.plan.axes import Surroundings, read_checkpoint
from bench.plan.build import build_plan
from bench.runner.preflight import check_checkpoints
from bench.trial.checkpoints import checkpoint_dir, local_folder, remove_checkpoints
from bench.trial.setup import stream_options
from tests.trial.conftest import spec

TEMP = Path("/tmp/sparkbench-1-abc")


def test_streams_and_trials_never_share_a_checkpoint(tmp_path):
    places = {
        checkpoint_dir(place, temp, name)
        for place in ("temp", str(tmp_path), f"file://{tmp_path}/", "hdfs://host/bench")
        for temp in (TEMP, Path("/tmp/sparkbench-2-def"))
        for name in ("prelude", "measured-1")
    }
    assert len(places) == 16


def test_they_lie_below_the_place(tmp_path):
    where = stream_options(
        spec(arm=parse_arm("structured"), checkpoint="s3a://bucket/x/"), (1,), 1.0, TEMP, "measured"
    )
    assert where.checkpoint_dir == f"s3a://bucket/x/{TEMP.name}/measured"
    none = stream_options(spec(arm=parse_arm("dstream"), checkpoint="/x"), (1,), 1.0, TEMP, "m")
    assert none.checkpoint_dir is None
    kept = stream_options(
        spec(arm=parse_arm("dstream:guarantee=recoverable"), checkpoint="/x"), (1,), 1.0, TEMP, "m"
    )
    assert kept.checkpoint_dir == f"/x/{TEMP.name}/m"


def test_only_their_own_are_removed(tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for place in (str(tmp_path), f"file://{tmp_path}"):
        folder = Path(checkpoint_dir(str(tmp_path), TEMP, "measured"))
        (folder / "offsets").mkdir(parents=True)
        remove_checkpoints(place, TEMP)
        assert list(tmp_path.iterdir()) == [other]
    remove_checkpoints("hdfs://host/bench", TEMP)
    remove_checkpoints("temp", TEMP)


@pytest.mark.parametrize(
    ("place", "folder"),
    [("temp", None), ("/x/y", "/x/y"), ("file:/x", "/x"), ("file:///x", "/x"), ("s3a://b/x", None)],
)
def test_what_is_local(place, folder):
    assert local_folder(place) == (None if folder is None else Path(folder))
    assert read_checkpoint(place) == place


@pytest.mark.parametrize("text", ["", "here", "./here", "C:\\x", "1://x"])
def test_what_is_no_place_is_said_so(text):
    with pytest.raises(UsageError, match="no place for checkpoints"):
        read_checkpoint(text)


def test_it_is_an_axis():
    plan = build_plan(
        ["structured"], around=Surroundings(2), axes={"checkpoint": ["temp", "/x,y"]}, rounds="1"
    )
    assert {s.checkpoint for s in plan.trials()} == {"temp", "/x,y"}
    assert {s.cell["checkpoint"] for s in plan.trials()} == {"temp", "/x,y"}


def test_a_place_that_cannot_be_written_is_found_out_before(tmp_path):
    plan = build_plan(
        ["structured"], around=Surroundings(2), axes={"checkpoint": ["/proc/1/x"]}, rounds="1"
    )
    with pytest.raises(UsageError, match="--checkpoint: /proc/1/x cannot be written"):
        check_checkpoints(plan)
    good = build_plan(
        ["structured"], around=Surroundings(2), axes={"checkpoint": [f"{tmp_path}/new"]}, rounds="1"
    )
    check_checkpoints(good)
    assert list(tmp_path.iterdir()) == []
