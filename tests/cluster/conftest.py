"""A cluster on addresses of its own, in network namespaces that are made for it and removed."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.cluster import state
from bench.cluster.daemons import SETTINGS, Daemons
from bench.process.orphans import end_all

_NETWORK = "10.213.77"
_PORT, _PAGE = 7077, 8077
_READY_S = 60.0


def secret_in(conf: Path) -> str:
    return conf.read_text().split("spark.authenticate.secret ")[1].split()[0]


def ip(*words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["ip", *words], capture_output=True, text=True, check=check)


def why_no_namespaces() -> str | None:
    """Why this machine lets nobody make network namespaces; ``None`` where it does."""
    if os.name != "posix" or os.geteuid() != 0:
        return "network namespaces need root"
    if shutil.which("ip") is None:
        return "there is no 'ip' (apt install iproute2)"
    name = f"sparkbench-try-{os.getpid()}"
    tried = ip("netns", "add", name, check=False)
    ip("netns", "delete", name, check=False)
    return f"ip netns add: {tried.stderr.strip()}" if tried.returncode else None


@dataclass(frozen=True)
class Apart:
    """A running cluster; ``run`` starts sparkbench in the generator's namespace."""

    master: str
    generator: str
    secret: str
    run: Callable[..., subprocess.CompletedProcess[str]]
    folder: Path


class Namespaces:
    """A bridge in a namespace of its own, and one namespace an address on it."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._prefix = f"sb{os.getpid()}-"
        self.addresses = {name: f"{_NETWORK}.{n}" for n, name in enumerate(names, start=10)}

    def of(self, name: str) -> str:
        return self._prefix + name

    def before(self, name: str) -> tuple[str, ...]:
        """What to put before a command to run it there."""
        return ("ip", "netns", "exec", self.of(name))

    def make(self) -> None:
        hub = self.of("hub")
        ip("netns", "add", hub)
        ip("-n", hub, "link", "add", "bridge", "type", "bridge")
        ip("-n", hub, "link", "set", "bridge", "up")
        for name, address in self.addresses.items():
            own = self.of(name)
            ip("netns", "add", own)
            ends = ("link", "add", "eth0", "netns", own, "type", "veth")
            ip(*ends, "peer", "name", f"to-{name}", "netns", hub)
            ip("-n", hub, "link", "set", "dev", f"to-{name}", "master", "bridge", "up")
            ip("-n", own, "address", "add", f"{address}/24", "dev", "eth0")
            ip("-n", own, "link", "set", "eth0", "up")
            ip("-n", own, "link", "set", "lo", "up")

    def remove(self) -> None:
        # The ends of the wires go with the namespaces they are in.
        for name in ("hub", *self.addresses):
            ip("netns", "delete", self.of(name), check=False)


@pytest.fixture(scope="module")
def apart(require, tmp_path_factory) -> Iterator[Apart]:
    """Master, two workers and the generator on four addresses; executors reach them by these."""
    require("java")
    why = why_no_namespaces()
    if why is not None:
        pytest.skip(why)
    names = Namespaces(("master", "worker0", "worker1", "generator"))
    token = f"cluster-{secrets.token_hex(6)}"
    folder = tmp_path_factory.mktemp("apart")
    try:
        names.make()
        yield _start(names, token, folder)
    finally:
        end_all(token, 2.0)
        names.remove()
    assert "sb" + str(os.getpid()) not in ip("netns", "list").stdout


def _start(names: Namespaces, token: str, folder: Path) -> Apart:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SPARKBENCH_CACHE", str(folder / "cache"))
        conf = state.write_conf(SETTINGS)
    # As users have it who run a cluster of their own: in the folder of Spark's settings.
    settings = folder / "conf"
    settings.mkdir(mode=0o700)
    shutil.copy(conf, settings / "spark-defaults.conf")
    address = names.addresses
    master = f"spark://{address['master']}:{_PORT}"
    Daemons(token, conf, folder / "master", names.before("master")).master(
        address["master"], _PORT, _PAGE
    )
    for number in range(2):
        name = f"worker{number}"
        daemons = Daemons(token, conf, folder / name, names.before(name))
        daemons.worker(number, address[name], master, 1, "1g")
    _await(names, f"http://{address['master']}:{_PAGE}")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*names.before("generator"), sys.executable, "-m", "bench.cli", *arguments],
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
            env={**os.environ, "SPARK_CONF_DIR": str(settings)},
        )

    return Apart(master, address["generator"], secret_in(conf), run, folder)


def _await(names: Namespaces, page: str) -> None:
    """Wait until the master has both workers, as seen from the generator."""
    ask = (
        "import sys; from bench.cluster.page import read_page; "
        "found = read_page(sys.argv[1]); sys.exit(found is None or found.workers < 2)"
    )
    deadline = time.monotonic() + _READY_S
    command = [*names.before("generator"), sys.executable, "-c", ask, page]
    while subprocess.run(command, check=False).returncode:
        assert time.monotonic() < deadline, "the workers did not find their master"
        time.sleep(0.5)
