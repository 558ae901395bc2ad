"""Hours in the simulation: day sheets on the left, entries by cell on the right, and a god who knows every sum."""
