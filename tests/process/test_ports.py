"""Ports and hosts: free, in use, answering, resolving."""

from __future__ import annotations

import errno
import os
import socket

import pytest

from bench.errors import EnvironmentProblem, UsageError
from bench.process import ports


@pytest.fixture
def server():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(5)
        yield listener


def test_a_port_in_use_is_refused_and_the_same_port_is_free_later(server):
    port = server.getsockname()[1]
    with pytest.raises(EnvironmentProblem, match=f"Port {port} .* is in use.*--port"):
        ports.check_free(port)
    server.close()
    ports.check_free(port)


def test_a_free_port_is_free():
    ports.check_free(ports.free_port())


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_what_is_no_port(port):
    with pytest.raises(UsageError, match="1 to 65535"):
        ports.check_free(port)


@pytest.mark.parametrize(
    ("number", "step"),
    [(errno.EACCES, "from 1024 up"), (errno.EADDRNOTAVAIL, "127.0.0.1"), (errno.ENOBUFS, "--port")],
)
def test_each_refusal_says_what_to_do(number, step, monkeypatch):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    # Root may listen on every port, so the kernel's refusal is played here.
    monkeypatch.setattr(socket.socket, "listen", refuse)
    with pytest.raises(EnvironmentProblem, match=step):
        ports.check_free(ports.free_port())


def test_an_address_of_another_machine():
    with pytest.raises(EnvironmentProblem, match="not an address of this machine"):
        ports.check_free(ports.free_port(), "192.0.2.1")


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


def test_a_server_that_listens_answers_and_its_connection_is_not_used_up(server):
    port = server.getsockname()[1]
    ports.check_answers("localhost", port)
    if ports.listens_here(port) is not None:
        server.settimeout(0)
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_server_that_listens_answers_where_the_table_is_hidden(server, monkeypatch):
    monkeypatch.setattr(ports, "listens_here", lambda port: None)
    ports.check_answers("127.0.0.1", server.getsockname()[1])


@pytest.mark.parametrize("hidden", [True, False])
def test_no_server(hidden, monkeypatch):
    if hidden:
        monkeypatch.setattr(ports, "listens_here", lambda port: None)
    port = ports.free_port()
    with pytest.raises(EnvironmentProblem, match=f"No server answers on 127.0.0.1:{port}"):
        ports.check_answers("127.0.0.1", port)
