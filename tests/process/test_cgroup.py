"""Limits of control groups: version 2 below the root, version 1, and a container's view of it."""

from __future__ import annotations

import pytest

from bench.process.cgroup import Limits, limits, throttled_s

MIB = 1 << 20


@pytest.fixture
def groups(tmp_path):
    """Write files of a tree of groups; the arguments that make it ours."""

    def make(own: str, files: dict[str, str]):
        root, said = tmp_path / "cgroup", tmp_path / "self"
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        said.write_text(own)
        return root, said

    return make


def test_version_2_in_a_container_whose_group_is_the_root(groups):
    files = {
        "cpu.max": "150000 100000\n",
        "memory.max": f"{800 * MIB}\n",
        "cpu.stat": "usage_usec 9\nnr_throttled 2\nthrottled_usec 2500000\n",
    }
    ours = groups("0::/\n", files)
    assert limits(*ours) == Limits(1.5, 800 * MIB, True)
    assert throttled_s(*ours) == 2.5


def test_version_2_below_the_root_takes_the_tightest_of_all_levels(groups):
    files = {
        "cpu.stat": "usage_usec 9\n",
        "batch.slice/cpu.max": "50000 100000",
        "batch.slice/cpu.stat": "throttled_usec 7000000\n",
        "batch.slice/memory.max": "max",
        "batch.slice/job.scope/cpu.max": "max 100000",
        "batch.slice/job.scope/cpu.stat": "throttled_usec 1000000\n",
        "batch.slice/job.scope/memory.max": str(512 * MIB),
        "other.slice/cpu.max": "1000 100000",
    }
    ours = groups("0::/batch.slice/job.scope\n", files)
    assert limits(*ours) == Limits(0.5, 512 * MIB, True)
    assert throttled_s(*ours) == 7.0


V1 = "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/docker/abc\n"


@pytest.mark.parametrize("place", ["docker/abc/", ""])
def test_version_1_by_its_path_or_as_a_container_sees_it(groups, place):
    files = {
        f"cpu,cpuacct/{place}cpu.cfs_quota_us": "50000\n",
        f"cpu,cpuacct/{place}cpu.cfs_period_us": "100000\n",
        f"cpu,cpuacct/{place}cpu.stat": (
            "nr_periods 1522\nnr_throttled 1457\nthrottled_time 90000000000\n"
        ),
        f"memory/{place}memory.limit_in_bytes": f"{800 * MIB}\n",
        "memory/memory.limit_in_bytes": f"{800 * MIB if not place else 9223372036854771712}\n",
    }
    ours = groups(V1, files)
    assert limits(*ours) == Limits(0.5, 800 * MIB, True)
    assert throttled_s(*ours) == 90.0


def test_no_limit_and_nobody_who_tells(groups):
    ours = groups(V1, {"cpu,cpuacct/cpu.cfs_quota_us": "-1\n"})
    assert limits(*ours) == Limits(None, None, False)
    assert throttled_s(*ours) is None
    ours[1].unlink()
    assert limits(*ours).cpus is None
