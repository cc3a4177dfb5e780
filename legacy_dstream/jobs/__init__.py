"""The jobs, one a file; each offers ``build(*lines, params)``.

``lines`` are DStreams of text, one an input (``bench.contract.jobs``), and the result is a DStream
of text or of tuples.  ``params`` holds the job's parameters and ``partitions``, how many partitions
a shuffle has, ``None`` for Spark's default.  A module declares ``PATHS`` (which of ``python`` and
``jvm`` it can take), and may declare ``NEEDS`` (Python modules it cannot do without).
"""
