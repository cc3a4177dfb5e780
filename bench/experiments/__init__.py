"""What a run does and says, a room a kind of run.

``base`` is what every kind has in common, ``registry`` picks one.  A room holds the strategy, which
says from the results so far which trial comes next, and what its report shows.  Pure.
"""
