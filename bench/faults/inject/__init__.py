"""What really happens: processes killed, file systems taken away."""
