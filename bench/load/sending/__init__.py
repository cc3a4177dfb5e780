"""The generator: a process that sends each record when it is due, and says how late it was."""
