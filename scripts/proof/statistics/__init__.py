"""Simulations that show what the statistical rules are worth."""
