"""What a run is to do: arms, axes, cells, order, expected time.  Pure; standard library only."""
