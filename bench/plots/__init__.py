"""Plots of a run as matplotlib figures; never pyplot, so that no global state is touched."""
