"""Ports and hosts: which number is one, which is free, who listens, what resolves."""

from __future__ import annotations

import socket

import pytest

from bench.errors import EnvironmentProblem, UsageError
from bench.process import ports


def test_a_free_port_can_be_listened_on_and_is_then_seen():
    with socket.socket() as server:
        port = ports.free_port()
        assert not ports.listens_here(port)
        server.bind((ports.LOOPBACK, port))
        server.listen()
        assert ports.listens_here(port) in (True, None)


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port(port):
    with pytest.raises(UsageError, match="1 to 65535"):
        ports.check_port_number(port)


def test_resolving():
    assert ports.resolve("127.0.0.1") == "127.0.0.1"
    assert ports.resolve("localhost") == "127.0.0.1"


def test_a_host_that_does_not_resolve():
    with pytest.raises(EnvironmentProblem, match=r"'no-such-host.invalid' does not resolve"):
        ports.resolve("no-such-host.invalid")


@pytest.mark.parametrize("host", ["", "  ", "a" * 64 + ".example"])
def test_what_is_no_host(host):
    with pytest.raises(UsageError, match="--host"):
        ports.resolve(host)
