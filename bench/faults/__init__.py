"""Faults: what can happen to a stream, when, and how it is made to happen.

``events`` (the value of ``--fault``), ``support`` (who can have which) and ``promises`` (what each
API says of them) are pure; ``inject`` is what really kills, cuts and fills.
"""
