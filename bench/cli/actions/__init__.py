"""What the commands do: each plans, runs, tells, and gives an exit code.  Imported when needed."""
