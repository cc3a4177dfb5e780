"""The settings that suit an arm best: the search, its confirmation and its report."""
