"""When each record is due: arrivals, their shapes and the schedule made of them.  Pure."""
