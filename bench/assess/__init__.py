"""What an existing DStream application would need: read as text, never run."""
