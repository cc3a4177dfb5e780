"""Two runs beside each other: what changed in what was asked, where it ran and what came out."""
