"""What runs inside a trial's interpreter; standard library and the engine's own needs only."""
