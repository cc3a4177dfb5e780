"""Which trial comes next, decided from the results so far.  Pure; standard library only."""
