"""How often a record is looked at again, and how long it waits in between."""

WAIT_S = 5
"""First wait for a reference that is not linked yet; doubles every time."""
WAITS = 4
"""After so many the record waits to be woken by what it waits for (`pipeline.log.wake`), or for the next full read."""
TRIES = 12
"""Looks at a record that is busy or changing before it counts as failed."""
