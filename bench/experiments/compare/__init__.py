"""Arms against arms: rounds until the verdict is firm, until it is narrow, or a number of them."""
