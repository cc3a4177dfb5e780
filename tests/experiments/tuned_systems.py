"""Made-up systems to tune: what each setting does, how noisy a trial is, and what goes wrong."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from bench.contract.knobs import Dimension
from bench.experiments.tune.search import Tune
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.tune import TuneSearch
from bench.results.schema import Batch, BatchTime, Latency, Quantiles
from tests.made_results import make_result

DIMENSIONS = (
    Dimension("fast", "conf.a", ("1",)),
    Dimension("slow", "conf.b", ("1", "2")),
    Dimension("idle", "conf.c", ("1", "2", "3")),
)

#: Trials of the null engine are expected to take about this long with the settings below.
TRIAL_S = 8.2


def make_tune(
    *, trials=40, bound_s=None, seed=1, dimensions=DIMENSIONS, starts=(), metric=None, arm="null"
):
    """A search whose budget is worth ``trials`` trials."""
    plan = build_plan(
        [arm],
        around=Surroundings(2),
        axes={"cores": ["1"]},
        rounds="1",
        warmup="1s",
        duration="5s",
        seed=str(seed),
        metric=metric,
    )
    search = TuneSearch(dimensions, tuple(starts), bound_s)
    plan = replace(plan, settings=replace(plan.settings, tune=search))
    expected_s = Tune(plan)._expected_s
    search = replace(search, budget_s=trials * expected_s)
    return Tune(replace(plan, settings=replace(plan.settings, tune=search)))


def measured(spec, p99_s, work_rate=10_000.0, status="ok", trial_s=8.0):
    """The result of a trial with that p99 and work rate."""
    result = make_result(spec, status, [] if status == "ok" else ["so it was made"])
    result.trial_s = trial_s
    if status in ("failed", "unsupported"):
        return result
    values = Quantiles(
        n=1000, p50=p99_s / 2, p90=p99_s, p95=p99_s, p99=p99_s, max=p99_s, mean=p99_s / 2
    )
    result.latency_s = Latency(gross=values, net=values)
    spent_s = 1000 / work_rate
    result.batch_s = BatchTime(n=1, p50=spent_s, p90=spent_s, max=spent_s)
    result.batches = [
        Batch(
            batch_id=1,
            ranges=[(0, 0, 1000)],
            planned_start=0.0,
            started=0.0,
            visible=spent_s,
            finished=spent_s,
            phases={},
        )
    ]
    return result


class System:
    """Latency 1 s times a factor a setting, and the noise of a trial and of its round."""

    def __init__(self, factors=None, *, noise=0.05, seed=0, statuses=None, trial_s=8.0):
        self.factors = factors or {}
        self.noise = noise
        self.random = random.Random(seed)
        self.weather = {}
        self.statuses = statuses or (lambda spec: "ok")
        self.trial_s = trial_s

    def __call__(self, spec):
        weather = self.weather.setdefault(spec.round, self.random.gauss(0, 2 * self.noise))
        log = weather + self.random.gauss(0, self.noise)
        for key, value in spec.conf.items():
            log += math.log(self.factors.get((key, value), 1.0))
        p99_s = math.exp(log)
        status = self.statuses(spec)
        return measured(spec, p99_s, 10_000 / p99_s, status, self.trial_s)


def run(tune, system, most=1000):
    """Everything the search asks for, as the system answers it."""
    results = []
    while (spec := tune.next(results)) is not None:
        results.append(system(spec))
        assert len(results) < most
    return results
