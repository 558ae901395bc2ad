"""Map: decides what becomes of what was read."""
