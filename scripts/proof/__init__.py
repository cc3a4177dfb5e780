"""What the figures of this project are worth, measured: ``accuracy`` and ``overhead``.

``python -m scripts.proof.accuracy`` holds the measured latency against a ground truth,
``python -m scripts.proof.overhead`` the instrumented engine against the bare one.
"""
