"""What each record says: kinds of lines, what they are drawn from, and files that are replayed."""
