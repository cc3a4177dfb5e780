"""A small job before the first trial: a cluster that cannot be used is told in one sentence."""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
import subprocess
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cluster.addresses import Addresses, addresses, master_host
from bench.cluster.join import join_environment, py_files
from bench.cluster.lifecycle import make_whole
from bench.contract.knobs import split
from bench.contract.masters import is_local, is_standalone
from bench.errors import EnvironmentProblem
from bench.load.errors import ListenError
from bench.load.sending.listen import open_listeners, port_of
from bench.load.sending.process import environment
from bench.plan.arms import choice
from bench.plan.spec import TrialSpec
from bench.process.orphans import end_all
from bench.process.spawn import new_token, spawn
from bench.runtime.of_arm import interpreter_of
from bench.trial.setup import engine_environment, spark_conf, task_slots

#: How long executors may take to register; other managers may have to fetch an image first.
STANDALONE_S, OTHERS_S = 45.0, 300.0

#: Beyond that: two JVMs, the job itself.
_REST_S = 60.0
_MASTER_S = 5.0


@dataclass(frozen=True)
class Probed:
    """What was found of a master: its slots, and the host of the executor of each."""

    spec: TrialSpec
    slots: int
    hosts: tuple[str, ...]

    def __str__(self) -> str:
        places = addresses(self.spec)
        many = len(set(self.hosts))
        where = f"{many} hosts" if many > 1 else self.hosts[0]
        return (
            f"{self.spec.master}: {self.slots} task slots on {where} reach this machine at "
            f"{places.advertise}"
        )


def probe_masters(specs: Sequence[TrialSpec], wait_s: float | None = None) -> list[Probed]:
    """Try each cluster of the trials once, with as many slots as any trial wants of it.

    ``wait_s``: how long executors may take.  Raises :class:`EnvironmentProblem` with what is wrong.
    """
    wanted: dict[str, TrialSpec] = {}
    receivers: set[str] = set()
    for spec in specs:
        if is_local(spec.master) or spec.arm.engine == "null":
            continue
        if _has_receiver(spec):
            receivers.add(spec.master)
        most = wanted.get(spec.master)
        if most is None or task_slots(spec) > task_slots(most):
            wanted[spec.master] = spec
    return [probe(spec, master in receivers, wait_s) for master, spec in wanted.items()]


def probe(spec: TrialSpec, receivers: bool, wait_s: float | None = None) -> Probed:
    """Start a session as the trial will, run a task in every slot, end it.

    With ``receivers`` each slot must reach this machine.  Raises :class:`EnvironmentProblem`.
    """
    if wait_s is None:
        wait_s = STANDALONE_S if is_standalone(spec.master) else OTHERS_S
    places, slots = addresses(spec), task_slots(spec)
    _check_master(spec.master)
    make_whole(spec.master)
    with _greeter(places.listen) as (port, token):
        found = _ask(
            spec, {"host": places.advertise, "port": port, "token": token, "wait_s": wait_s}, wait_s
        )
    problem = _problem(spec.master, places, slots, found, receivers, wait_s)
    if problem is not None:
        raise EnvironmentProblem(problem)
    return Probed(spec, slots, tuple(one["host"] for one in found["executors"]))


def _has_receiver(spec: TrialSpec) -> bool:
    return spec.arm.engine == "dstream" and choice(spec.arm, "source") == "socket"


def _problem(
    master: str,
    places: Addresses,
    slots: int,
    found: dict[str, Any],
    receivers: bool,
    wait_s: float,
) -> str | None:
    """What is wrong with the answer of a probe, in one sentence; ``None`` when nothing is."""
    if "problem" in found:
        return f"{master}: no job runs there ({found['problem']}); see --master and --conf"
    if found["slots"] == 0:
        return (
            f"{master}: no executor reached the driver at {places.advertise} within {wait_s:g} s; "
            "give --advertise an address of this machine that executors can connect to, or ask for "
            "less with --cores and --conf spark.executor.memory=512m"
        )
    if found["slots"] < slots:
        return (
            f"{master}: it gave {found['slots']} of the {slots} task slots asked for within "
            f"{wait_s:g} s; lower --cores, or free some of the cluster's"
        )
    lost = [one for one in found["executors"] if one["problem"] is not None]
    if receivers and lost:
        return (
            f"--advertise: the executor on {lost[0]['host']} does not reach the load generator at "
            f"{places.advertise} ({lost[0]['problem']}); give an address of this machine that "
            "executors can connect to, and --listen if it is another one here"
        )
    return None


def _check_master(master: str) -> None:
    place = master_host(master)
    if place is None or not master.startswith("spark://"):
        return
    try:
        socket.create_connection(place, timeout=_MASTER_S).close()
    except OSError as error:
        # Of several masters, another one may answer; Spark tries them all.
        if "," in master:
            return
        why = error.strerror or str(error) or "no answer"
        raise EnvironmentProblem(
            f"No Spark master answers at {master} ({why}); start one, for example with "
            "'sparkbench cluster up', or check --master"
        ) from None


@contextlib.contextmanager
def _greeter(listen: str) -> Iterator[tuple[int, str]]:
    """A server on ``listen`` that says a word to whoever connects; its port and the word."""
    token = secrets.token_hex(8)
    try:
        listener = open_listeners(listen, [0])[0]
    except ListenError as error:
        raise EnvironmentProblem(f"--listen: {error}") from None
    with listener:
        listener.setblocking(True)
        thread = threading.Thread(target=_greet, args=(listener, token), daemon=True)
        thread.start()
        yield port_of(listener), token
        # Wakes the thread, which closing alone does not.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _greet(listener: socket.socket, token: str) -> None:
    while True:
        try:
            connection, _peer = listener.accept()
        except OSError:
            return
        with contextlib.suppress(OSError), connection:
            connection.sendall(f"{token}\n".encode())


def _ask(spec: TrialSpec, asked: dict[str, Any], wait_s: float) -> dict[str, Any]:
    """Run the child; its answer, or ``problem``."""
    token, interpreter = new_token(), interpreter_of(spec)
    with tempfile.TemporaryDirectory(prefix="sparkbench-probe-") as name, _log(name) as log:
        folder = Path(name)
        conf = split(spark_conf(spec, folder)).spark
        files = py_files(spec)
        question = {
            **asked,
            "master": spec.master,
            "conf": dict(conf),
            "py_files": list(files),
            "slots": task_slots(spec),
        }
        variables = {
            **engine_environment(spec.arm.engine, interpreter),
            **join_environment(spec, folder),
        }
        child = spawn(
            interpreter.command("bench.child.probe"),
            token=token,
            env=environment(variables) if interpreter.code is None else variables,
            cwd=folder,
            temp_root=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
        )
        try:
            line = json.dumps(question).encode() + b"\n"
            out, _none = child.popen.communicate(line, timeout=wait_s + _REST_S)
            answer: dict[str, Any] = json.loads(out)
            return answer
        except subprocess.TimeoutExpired:
            return {"problem": f"no answer within {wait_s + _REST_S:g} s"}
        except ValueError:
            return {"problem": f"the session ended by itself{_last_line(folder)}"}
        finally:
            end_all(token, 0.0)
            child.popen.wait(timeout=10)
            for pipe in (child.popen.stdin, child.popen.stdout):
                if pipe is not None:
                    pipe.close()


_LOG = "probe.log"


def _log(folder: str) -> Any:
    return (Path(folder) / _LOG).open("wb")


def _last_line(folder: Path) -> str:
    lines: Sequence[str] = (folder / _LOG).read_text(errors="replace").split("\n")
    said = [line.strip() for line in lines if "Exception" in line or "ERROR" in line]
    return f": {said[-1][:200]}" if said else ""
