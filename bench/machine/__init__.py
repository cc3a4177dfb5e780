"""What on this machine would spoil a measurement, each with the next step to take."""
