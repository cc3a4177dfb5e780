"""What a run says, before anyone lays it out: cells, verdicts, rows, notes and facts.  Pure."""
