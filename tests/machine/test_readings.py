"""What is read from the system, from files as the kernel writes them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bench.machine import readings
from bench.machine.readings import Moment


def test_cpu_times_leave_guest_time_out():
    stat = "cpu  1 2 3 4 5 6 7 8 900 1000\ncpu0 1 1 1 1 1 1 1 1 0 0\nintr 5\n"
    assert readings.cpu_times(stat) == (36, 8)
    assert readings.cpu_times("") == (None, None)
    assert readings.cpu_times("cpu 1 2 3\n") == (None, None)


def test_steal_and_drift_between_two_moments():
    first = Moment(wall=100.0, monotonic=10.0, cpu_total=1000, cpu_steal=5)
    last = Moment(wall=101.5, monotonic=11.0, cpu_total=1200, cpu_steal=15)
    assert readings.steal_share(first, last) == pytest.approx(0.05)
    assert readings.drift_s(first, last) == pytest.approx(0.5)
    assert readings.steal_share(first, first) is None
    assert readings.steal_share(first, Moment(1, 1, None, None)) is None


def test_now_reads_both_clocks():
    first, last = Moment.now(), Moment.now()
    assert last.monotonic >= first.monotonic
    assert abs(readings.drift_s(first, last)) < 0.05


def test_governors(tmp_path):
    for cpu, governor in ((0, "performance"), (1, "powersave")):
        folder = tmp_path / f"cpu{cpu}" / "cpufreq"
        folder.mkdir(parents=True)
        (folder / "scaling_governor").write_text(governor + "\n")
    (tmp_path / "cpu2").mkdir()
    assert readings.governors(tmp_path) == ["performance", "powersave"]


def test_pressure(tmp_path):
    (tmp_path / "cpu").write_text(
        "some avg10=12.50 avg60=0.00 avg300=0.00 total=1\n"
        "full avg10=99.00 avg60=0.00 avg300=0.00 total=1\n"
    )
    assert readings.pressure(tmp_path) == {"cpu": 0.125}
    assert readings.pressure(tmp_path / "absent") == {}


def test_a_file_that_is_no_text(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"\xff\xfe\x00")
    assert readings.read_text(path) is None
    assert readings.read_text(Path("/nowhere")) is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="adjtimex is Linux's")
def test_synchronisation_is_told_on_linux():
    assert readings.synchronised() in (True, False, None)
