"""The package's surface, its import cost and its calibration."""

import subprocess
import sys

import bench.load
from bench.load.sending.calibrate import calibrate, table


def test_public_names():
    for name in bench.load.__all__:
        assert getattr(bench.load, name).__name__ == name


def test_what_the_command_line_needs_is_light():
    script = (
        "import sys, bench.load, bench.units, bench.load.timing.arrivals, "
        "bench.load.content.payload, "
        "bench.load.checks, bench.load.config; assert 'numpy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_calibration():
    found = calibrate(peak_s=0.3, steady_s=0.3, ceiling_s=0.2)
    assert found.peak_per_s > 100_000
    assert found.ceiling_per_s > 100_000
    assert found.steady_sent_per_s == 100_000
    assert 0 < found.lag_p50_s <= found.lag_p99_s <= found.lag_max_s
    assert 0 < found.steady_cpu_share < 1.5
    assert len(table(found).splitlines()) == 8
