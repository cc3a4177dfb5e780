"""Running word count by ``mapWithState``: each word as it comes, with its count up to then.

Time: none.  State: one count a word, kept for ever; a timeout of the state's would let idle ones
go.  Output: a row for each word of the batch, so a word that comes twice has two; the function runs
for what came and for nothing else.  Order: none between words, that of arrival for one.  Empty
batches: nothing is counted, yet the output operation runs.  Late data: no such thing.  Choice:
written in Scala alone; PySpark has no ``mapWithState``.
"""

from __future__ import annotations

PATHS = ("jvm",)
WITHOUT = {"python": "PySpark has no mapWithState"}
