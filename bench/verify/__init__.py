"""Same work, same output: one seeded input through every arm, compared record by record."""
