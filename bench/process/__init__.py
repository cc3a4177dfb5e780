"""Processes of a trial: starting, pinning, finding and ending them; locks and ports."""
