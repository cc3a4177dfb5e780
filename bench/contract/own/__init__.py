"""Jobs of users: files of theirs, or modules that are installed."""
