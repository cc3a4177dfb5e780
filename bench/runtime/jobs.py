"""What a trial's child finds its job by; jobs in Scala and Java are compiled for its Spark."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bench.contract.jvm.references import parse
from bench.plan.spec import TrialSpec
from bench.runtime.compiled import compiled
from bench.runtime.of_arm import interpreter_of

Said = Callable[[str], None]


def job_of(spec: TrialSpec, say: Said = lambda words: None) -> str:
    """A job's name, or reference; of one in Scala or Java the JAR for the Spark of the trial.

    Raises what :func:`bench.runtime.compiled.compiled` does.
    """
    reference = parse(spec.job_reference)
    if reference is None or spec.arm.engine == "null":
        return spec.job_reference or spec.job
    return str(compiled(reference, interpreter_of(spec), say))


def compile_jobs(specs: Iterable[TrialSpec], say: Said) -> None:
    """Compile what trials will run, each job once for each Spark."""
    done = set()
    for spec in specs:
        key = (spec.job_reference, spec.arm.text)
        if spec.job_reference and key not in done:
            job_of(spec, say)
            done.add(key)
