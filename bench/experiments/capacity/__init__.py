"""The highest rate that each arm holds: the search, its outcome and its report."""
