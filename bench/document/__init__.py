"""Words, figures and tables as a reader sees them, whatever they are about."""
