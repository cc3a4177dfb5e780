"""The least cores with which each arm holds a rate: the search, what it found, and its report."""
