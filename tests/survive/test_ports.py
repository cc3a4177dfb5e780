"""No port is left to listen on: each trial says so, and the run goes on to its end."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.results.store import RunStore
from tests.survive.conftest import COMPARE
from tests.tally import survived

pytestmark = pytest.mark.slow

#: In a network of its own: few ports to choose from, and all of them taken.
TAKE_ALL = """
import fcntl, os, socket, struct, sys
with socket.socket() as one:  # bring loopback up
    flags = struct.pack("16sh", b"lo", 0x1)
    fcntl.ioctl(one, 0x8914, flags)
with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as file:
    file.write("40000 40003")
taken = []
for port in range(40000, 40004):
    server = socket.socket()
    server.bind(("127.0.0.1", port))
    server.listen(1)
    server.set_inheritable(True)
    taken.append(server)
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_every_port_is_taken(start, tmp_path):
    wrap = ["unshare", "-n", sys.executable, "-c", TAKE_ALL]
    try:
        tried = subprocess.run([*wrap, "true"], capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if tried.returncode != 0:
        pytest.skip("a network of its own is not permitted here")
    command = start(*COMPARE, "--rounds", "1", wrap=wrap)
    code = command.check_end({4})
    results, problems = RunStore.open(tmp_path / "run").read_trials()
    assert problems == []
    assert {result.status for result in results} == {"failed"}
    assert all("in use" in result.reasons[0] for result in results), results[0].reasons
    survived("every port taken", f"failed, exit code {code}", len(results))
