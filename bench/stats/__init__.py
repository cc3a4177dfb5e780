"""What a set of trials says, and how sure one can be: pure functions, numpy and scipy only.

``verdict`` is the door: pairs of outcomes in, one :class:`~bench.stats.verdict.Verdict` out.
``interval`` and ``sequential`` hold the two kinds of interval it stands on, ``metrics`` what is
compared, ``sentence`` how it is said, ``two_runs`` the unpaired comparison of ``diff``,
``selfcontrol`` the judgement of A/A runs, ``drift`` the checks of the run's order, ``simulate``
the proof.  docs/statistics.md explains the choices.
"""
