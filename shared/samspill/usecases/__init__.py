"""What people do: connect, set up, decide, ask why. The command line calls these."""
