"""The ways in which a stream works."""
