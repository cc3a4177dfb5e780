"""The pairs of jobs as text: what there is, how the two sides differ, the migration guide.

Job files are read, never imported: a list of jobs needs no Spark.
"""
