"""Results: the schema, the atomic store and the exports."""
