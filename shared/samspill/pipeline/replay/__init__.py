"""Replay: puts failed records and dead letters back to the start."""
