"""The only loop: ask the strategy, run the trial, store the result, tell the view."""
