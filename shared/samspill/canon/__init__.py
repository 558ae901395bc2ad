"""The canonical data model every connector maps to and from. Pure: no I/O, no clock, no environment."""
