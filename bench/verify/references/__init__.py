"""What each job should make of its lines, said once more without Spark.  Pure.

A module a job: ``expected(inputs, params)`` makes the rows of the whole run from one list of lines
an input, ``normalise(arm, batches)`` brings what an engine wrote to the same form.
"""
