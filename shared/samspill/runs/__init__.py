"""Runs: how they move from stream to stream, and the search for missing records (sweep) after a full read."""
