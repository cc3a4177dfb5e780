"""The jobs, one a file; each offers ``build(*lines, params)``.

``lines`` are DataFrames with one column of text, ``value``, one an input (``bench.contract.jobs``),
and the result is a DataFrame.  ``params`` holds the job's parameters and ``partitions``, how many
partitions a shuffle has, which the engine has set by then.  A module declares ``PATHS`` (which of
``python`` and ``jvm`` it can take), and may declare ``NEEDS`` (Python modules it cannot do
without), ``CONF`` (SQL settings it cannot do without), ``OUTPUT_MODE`` (``append`` where it says
nothing) and ``per_batch(frame, batch_id, params)``, which makes of every batch what is written.
"""
