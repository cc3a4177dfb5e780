"""Ports and hosts, with one sentence for whatever is wrong with them."""

from __future__ import annotations

import errno
import ipaddress
import socket

import psutil

from bench.errors import EnvironmentProblem, UsageError

LOOPBACK = "127.0.0.1"


def check_port_number(port: int) -> None:
    """Raise :class:`UsageError` unless ``port`` is 1 to 65535."""
    if not 1 <= port <= 65535:
        raise UsageError(f"--port: {port} is not a port; give a number from 1 to 65535.")


def check_free(port: int, host: str = LOOPBACK) -> None:
    """Raise :class:`EnvironmentProblem` unless a server can listen on ``host:port`` now.

    The port is bound and released, as the server will do a moment later, so a connection of an
    earlier server that still lingers (TIME_WAIT) does not count as use.
    """
    check_port_number(port)
    address = resolve(host)
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind((address, port))
            server.listen(1)
        except OSError as error:
            raise EnvironmentProblem(_cannot_listen(error, port, host)) from error


def _cannot_listen(error: OSError, port: int, host: str) -> str:
    if error.errno == errno.EADDRINUSE:
        who = _listener_name(port)
        by = f" by {who}" if who else ""
        step = "choose another with --port, or end that program"
        return f"Port {port} on {host} is in use{by}; {step}."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"Port {port} on {host} needs privileges; choose one from 1024 up with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is not an address of this machine; listen on {LOOPBACK}."
    return f"Cannot listen on {host}:{port} ({error.strerror}); choose another with --port."


def free_port(host: str = LOOPBACK) -> int:
    """A port nobody listens on at this moment, chosen by the system."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as server:
        server.bind((host, 0))
        return int(server.getsockname()[1])


def resolve(host: str) -> str:
    """The address of ``host``, IPv4 where it has one.

    Raises :class:`UsageError` for what can be no host name, :class:`EnvironmentProblem` for a name
    that does not resolve here.
    """
    if not host.strip():
        raise UsageError("--host: the name is empty; give a host name or an address.")
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise UsageError(f"--host: {host!r} is not a host name; check its spelling.") from error
    except OSError as error:
        raise EnvironmentProblem(
            f"Host {host!r} does not resolve ({error.strerror or error}); check its spelling, or "
            "give an address."
        ) from error
    found.sort(key=lambda entry: entry[0] != socket.AF_INET)
    return str(found[0][4][0])


def check_answers(host: str, port: int, timeout_s: float = 5.0) -> None:
    """Raise :class:`EnvironmentProblem` unless a server listens on ``host:port``.

    A server on this machine is looked up in the kernel's table, because a trial connection would
    use up the only one that ``nc -l`` takes; another machine is asked by connecting and hanging up.
    """
    check_port_number(port)
    address = resolve(host)
    if ipaddress.ip_address(address.partition("%")[0]).is_loopback:
        listens = listens_here(port)
        if listens:
            return
        if listens is False:
            raise EnvironmentProblem(_no_answer(host, port, "nobody listens there"))
    try:
        socket.create_connection((address, port), timeout=timeout_s).close()
    except TimeoutError as error:
        why = f"no answer within {timeout_s:g} s"
        raise EnvironmentProblem(_no_answer(host, port, why)) from error
    except OSError as error:
        raise EnvironmentProblem(_no_answer(host, port, error.strerror or str(error))) from error


def _no_answer(host: str, port: int, why: str) -> str:
    return (
        f"No server answers on {host}:{port} ({why}); start one first, for example "
        f"'sparkbench send --port {port}' or 'nc -lk {port}'."
    )


def listens_here(port: int) -> bool | None:
    """Whether some process of this machine listens on ``port``; ``None`` where that is hidden."""
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError):
        return None
    return any(c.status == psutil.CONN_LISTEN and c.laddr.port == port for c in connections)


def _listener_name(port: int) -> str | None:
    try:
        for connection in psutil.net_connections(kind="tcp"):
            here = connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
            if here and connection.pid:
                return f"{psutil.Process(connection.pid).name()} (process {connection.pid})"
    except (psutil.Error, OSError):
        pass
    return None
