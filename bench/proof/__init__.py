"""What the figures of this project are worth, measured: ``accuracy`` and ``overhead``.

``python -m bench.proof.accuracy`` holds the measured latency against a ground truth,
``python -m bench.proof.overhead`` the instrumented engine against the bare one.
"""
