"""The socket jobs on Spark's DStream API (deprecated since Spark 3.4); twin of ``structured``."""
