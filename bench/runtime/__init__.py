"""What a trial runs on: Java, and folders that outlive a run.  Standard library only."""
