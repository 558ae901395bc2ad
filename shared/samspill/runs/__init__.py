"""Runs: from stream to stream, and the sweep after a whole read."""
