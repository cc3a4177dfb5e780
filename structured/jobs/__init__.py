"""The jobs, one a file; each offers ``build(*lines, params)``.

A job module may also declare ``INPUTS`` (how many streams it reads; default one, to which the
engine unions all sockets) and ``PATHS`` (which of ``python`` and ``jvm`` it can take).
"""
