"""From batches and arrival schedules to the measures of a trial; pure functions, no clock.

One idea a module: ``cohort`` (which records are measured), ``latency``, ``backlog`` and
``saturation``, ``throughput``, ``conservation``, ``settle`` (warm-up), ``phases``, ``witness``,
``thresholds`` (every limit, once) and ``checks`` (what was seen against what was allowed).
``parts.measure`` runs them all over one trial.
"""
