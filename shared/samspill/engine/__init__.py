"""The sync engine. Pure: no I/O, no clock, no environment; everything it needs is an argument."""
