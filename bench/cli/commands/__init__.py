"""What can be typed: a file a command, with its options and its help; ``actions`` do the work."""
