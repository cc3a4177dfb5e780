"""A run in a notebook: its summary, its tables, its plots and the decision.

Every ``# %%`` begins a cell, for editors that know them.  As a script:

    python docs/examples/notebook.py RUN [FOLDER]

reads the run RUN (a directory, or ``last``) and writes what it draws into FOLDER.
"""

# %% The run: a stored one, or bench.compare(...) to measure now
import sys
from pathlib import Path

import matplotlib.pyplot as plt

import bench
from bench.decision import Target, decide, decision_markdown

place = sys.argv[1] if len(sys.argv) > 1 else "last"
folder = Path(sys.argv[2] if len(sys.argv) > 2 else ".")
run = bench.Run.load(place)
print(run)  # in a notebook, `run` alone on the last line of a cell shows its summary

# %% One row a cell and arm: what the report's table shows
print(run.cells[["arm", "status", "rounds_ok", "p50_s", "p99_s", "ratio", "verdict"]])

# %% One row a trial: how far apart the rounds are
ok = run.trials[run.trials["status"] == "ok"]
print(ok.groupby("arm")["p99_s"].describe()[["count", "mean", "std"]])

# %% One row a batch: the share of a batch's time that goes into each phase
batches = run.batches[~run.batches["warmup"]]
phases = [name for name in ("planning", "log", "execution", "commit")]
times = batches.groupby("arm")[[f"{name}_s" for name in phases]].mean()
print(times.div(times.sum(axis="columns"), axis="index").round(3))

# %% Two plots side by side, on axes of one's own
cell = dict(run.summaries[0].cell)
where = {"trigger": cell["trigger_s"], "cores": cell["cores"], "rate": cell["rate_per_s"]}
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
run.plot.quantiles(ax=left, **where)
run.plot.timeline(ax=right, **where)
left.axhline(1.0, color="grey", linestyle=":")
left.set_title("p99 against what is promised")
figure.savefig(folder / "notebook.png")

# %% A whole figure of the report
run.plot.quantiles.figure().savefig(folder / "quantiles.svg")
print("plots of this run:", ", ".join(run.plot.names))

# %% Stay or migrate?
target = Target(rate_per_s=cell["rate_per_s"], p99_s=2.0, core_hour=0.05)
for decision in decide(run, target):
    print(decision_markdown(decision))
