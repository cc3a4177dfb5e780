"""The socket jobs on Spark's Structured Streaming API; twin of ``legacy_dstream``."""
